// The result of a request as the app gets it. What is fetched here is settled here, so that the books are right the moment
// that the app has its picture.

import { setTimeout as sleep } from 'node:timers/promises';
import { settle } from '../../activities/paid-call.ts';
import { Failure } from '../../domain/failure.ts';
import { unitPrice } from '../../domain/provider-profile.ts';
import type { ApiDeps } from '../deps.ts';
import { requestIdHeader } from './answers.ts';
import type { Submitted } from './submit.ts';

/** An app that asks plainly, without a queue, waits this long for its image. Most take 10–15 s. */
const WAIT_MS = 60_000;
const LOOK_MS = 1000;

/** The provider's answer, whatever it is; a settled row answers for itself, because the provider forgets results. */
export async function resultOf({ paying, relay }: ApiDeps, call: Submitted, signal: AbortSignal): Promise<Response> {
  try {
    const data = await settle(paying, call, unitPrice(call.purpose), signal);
    return Response.json(data, { headers: requestIdHeader(call.requestId) });
  } catch (error) {
    // A job that runs, or ended with an error: how the provider says so is what the app has to see.
    const hasAnswer = error instanceof Failure && (error.code === 'NotReadyYet' || error.code === 'ProviderFailed');
    if (!hasAnswer) throw error;
    return relay('result', call, signal);
  }
}

/** The result, when it comes within a minute; else undefined. */
export async function resultInTime(deps: ApiDeps, call: Submitted, signal: AbortSignal): Promise<Response | undefined> {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(LOOK_MS, undefined, { signal })) {
    const { state } = await deps.paying.provider.status(call.endpoint, call.requestId, signal);
    if (state === 'done') return resultOf(deps, call, signal);
  }
  return undefined;
}
