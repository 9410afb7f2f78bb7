// The result of a request as the app gets it. What is fetched here is settled here, so that the books are right the moment
// that the app has its picture.

import { setTimeout as sleep } from 'node:timers/promises';
import { settle } from '../../activities/paid-call.ts';
import { Failure, type FailureCode } from '../../domain/failure.ts';
import { unitPrice } from '../../domain/provider-profile.ts';
import type { ApiDeps } from '../deps.ts';
import { requestIdHeader } from './answers.ts';
import type { Submitted } from './submit.ts';

/** An app that asks plainly, without a queue, waits this long for its image. Most take 10–15 s. */
const WAIT_MS = 60_000;
const LOOK_MS = 1000;

/** Refusals after which apps send the same again; those of 500 and more are too. */
const ASKS_FOR_ANOTHER = new Set([404, 408, 425, 429]);

/** The provider's answer, whatever it is; a settled row answers for itself, because the provider forgets results. */
export function resultOf(deps: ApiDeps, call: Submitted, signal: AbortSignal): Promise<Response> {
  // A job that runs, or ended with an error: how the provider says so is what the app has to see.
  return settledOr(['NotReadyYet', 'ProviderFailed'], deps, call, signal);
}

/**
 * The result, when it comes within a minute: the picture, or why the model would not draw it. Undefined for everything
 * else, whatever goes wrong: the request was taken and will be charged, so that the app has to hear its id, and nothing
 * that makes it post again.
 */
export async function resultInTime(deps: ApiDeps, call: Submitted, signal: AbortSignal): Promise<Response | undefined> {
  try {
    for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(LOOK_MS, undefined, { signal })) {
      const { state } = await deps.paying.provider.status(call.endpoint, call.requestId, signal);
      if (state !== 'done') continue;
      const result = await settledOr(['ProviderFailed'], deps, call, signal);
      if (!isFinal(result)) return undefined;
      const headers = new Headers(result.headers);
      headers.set('x-fal-request-id', call.requestId);
      return new Response(result.body, { status: result.status, headers });
    }
  } catch (error) {
    deps.log.warn(
      { callKey: call.key, err: error },
      'a request of the proxy was taken, but its result is not known yet',
    );
  }
  return undefined;
}

/** What the ledger settles, or for these failures what the provider itself answers. */
async function settledOr(
  relayed: readonly FailureCode[],
  { paying, relay }: ApiDeps,
  call: Submitted,
  signal: AbortSignal,
): Promise<Response> {
  try {
    const data = await settle(paying, call, unitPrice(call.purpose), signal);
    return Response.json(data, { headers: requestIdHeader(call.requestId) });
  } catch (error) {
    if (!(error instanceof Failure && relayed.includes(error.code))) throw error;
    return relay('result', call, signal);
  }
}

function isFinal({ status }: Response): boolean {
  return status === 200 || (status >= 400 && status < 500 && !ASKS_FOR_ANOTHER.has(status));
}
