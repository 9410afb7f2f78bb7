// The result of a request as the app gets it. What is fetched here is settled here, so that the books are right the moment
// that the app has its picture.

import { setTimeout as sleep } from 'node:timers/promises';
import { settle } from '../../core/payments/settle.ts';
import { FAILURES, Failure, type FailureCode } from '../../domain/failure.ts';
import type { ApiDeps } from '../deps.ts';
import { REQUEST_ID, requestIdHeader } from './answers.ts';
import type { Submitted } from './submit.ts';

/** An app that asks plainly, without a queue, waits this long for its image. Most take 10–15 s. */
const WAIT_MS = 60_000;
const POLL_MS = 1000;
/** Answers about the way to the result, and not about the job: apps send a request again after them. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504]);

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
  let trouble: unknown;
  for (const end = Date.now() + WAIT_MS; Date.now() < end && !signal.aborted; await sleep(POLL_MS)) {
    try {
      const { state } = await deps.provider.status(call.endpoint, call.requestId, signal);
      if (state !== 'done') continue;
      const answer = await settledOr(['ProviderFailed'], deps, call, signal);
      if (isFinal(answer)) return answer;
      await answer.body?.cancel();
      if (!TRANSIENT.has(answer.status)) return undefined;
    } catch (error) {
      trouble = error;
      if (!(error instanceof Failure) || FAILURES[error.code].retry !== 'later') break;
    }
  }
  if (trouble !== undefined) {
    deps.log.warn({ callKey: call.key, err: trouble }, 'the result of a request of the proxy cannot be fetched now');
  }
  return undefined;
}

/** What the ledger settles, or for these failures what the provider itself answers. */
async function settledOr(
  relayed: readonly FailureCode[],
  deps: ApiDeps,
  call: Submitted,
  signal: AbortSignal,
): Promise<Response> {
  try {
    const data = await settle(deps, call, signal);
    return Response.json(data, { headers: requestIdHeader(call.requestId) });
  } catch (error) {
    if (!(error instanceof Failure && relayed.includes(error.code))) throw error;
    const answer = await deps.relay('result', call, signal);
    if (!answer.headers.has(REQUEST_ID)) answer.headers.set(REQUEST_ID, call.requestId);
    return answer;
  }
}

/** Said of the request itself: sent again as it is, it would be answered the same. */
function isFinal({ status }: Response): boolean {
  return status === 200 || (status >= 400 && status < 500 && status !== 404 && !TRANSIENT.has(status));
}
