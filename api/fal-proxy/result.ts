// The result of a request, for the app. Fetching it also settles the request, so that the ledger is right as soon as
// the app has its picture.

import { setTimeout as sleep } from 'node:timers/promises';
import { settle } from '../../core/payments/settle.ts';
import { FAILURES, Failure, type FailureCode } from '../../domain/failure.ts';
import type { ApiDeps } from '../deps.ts';
import { REQUEST_ID, requestIdHeader } from './answers.ts';
import type { Submitted } from './submit.ts';

/** How long a plain request without a queue waits for its image. Most take 10–15 s. */
const WAIT_MS = 60_000;
const POLL_MS = 1000;
/** Statuses about the connection and not the job: apps send a request again after them. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504]);

/** The provider's answer. A settled row answers itself, because the provider deletes results. */
export function resultOf(deps: ApiDeps, call: Submitted, signal: AbortSignal): Promise<Response> {
  // A running or failed job: the app needs the provider's own answer.
  return settledOr(['NotReadyYet', 'ProviderFailed'], deps, call, signal);
}

/**
 * The result, when it comes within a minute: the picture, or the model's refusal. Undefined otherwise, also after
 * errors: the request was accepted and will be charged, so the app must get its id, and no answer that makes it post
 * again.
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

/** The ledger's result, or for these failures the provider's own answer. */
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

/** Whether a repeat of the request would get the same answer. */
function isFinal({ status }: Response): boolean {
  return status === 200 || (status >= 400 && status < 500 && status !== 404 && !TRANSIENT.has(status));
}
