// The result of a request as the app gets it. What is fetched here is settled here, so that the books are right the moment
// that the app has its picture.

import { setTimeout as sleep } from 'node:timers/promises';
import { settle } from '../../activities/paid-call.ts';
import { FAILURES, Failure } from '../../domain/failure.ts';
import { unitPrice } from '../../domain/provider-profile.ts';
import type { ApiDeps } from '../deps.ts';
import { REQUEST_ID, requestIdHeader } from './answers.ts';
import type { Submitted } from './submit.ts';

/** An app that asks plainly, without a queue, waits this long for its image. Most take 10–15 s. */
const WAIT_MS = 60_000;
const LOOK_MS = 1000;
/** Answers about the way to the result, and not about the job: apps send a request again after them. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/** The provider's answer, whatever it is; a settled row answers for itself, because the provider forgets results. */
export async function resultOf({ paying, relay }: ApiDeps, call: Submitted, signal: AbortSignal): Promise<Response> {
  try {
    const data = await settle(paying, call, unitPrice(call.purpose), signal);
    return Response.json(data, { headers: requestIdHeader(call.requestId) });
  } catch (error) {
    // A job that runs, or ended with an error: how the provider says so is what the app has to see.
    const hasAnswer = error instanceof Failure && (error.code === 'NotReadyYet' || error.code === 'ProviderFailed');
    if (!hasAnswer) throw error;
    const answer = await relay('result', call, signal);
    if (!answer.headers.has(REQUEST_ID)) answer.headers.set(REQUEST_ID, call.requestId);
    return answer;
  }
}

/**
 * The result, when it comes within a minute; else undefined. Never throws: the request was taken, so a look that fails
 * must not be answered in a way that makes an app send the request again.
 */
export async function resultInTime(deps: ApiDeps, call: Submitted, signal: AbortSignal): Promise<Response | undefined> {
  for (const end = Date.now() + WAIT_MS; Date.now() < end && !signal.aborted; await sleep(LOOK_MS)) {
    try {
      const { state } = await deps.paying.provider.status(call.endpoint, call.requestId, signal);
      if (state !== 'done') continue;
      const answer = await resultOf(deps, call, signal);
      if (!TRANSIENT.has(answer.status)) return answer;
      await answer.body?.cancel();
    } catch (error) {
      deps.log.warn({ callKey: call.key, err: error }, 'the result of a request of the proxy cannot be fetched now');
      if (!(error instanceof Failure) || FAILURES[error.code].retry !== 'later') return undefined;
    }
  }
  return undefined;
}
