// The outcome of a paid POST: accepted, certainly not accepted, or unknown. There is no guess: everything that is not
// certainly refused is `unknown`, and is reconciled instead of posted again.

import { z } from 'zod';
import type { SubmitOutcome } from '../../core/ports/job-queue.ts';
import type { LockKind } from '../../domain/provider-account.ts';
import { accountLock } from './account-lock.ts';
import { type FalAnswer, parseJson, problemOf, retryAfterMs } from './answer.ts';
import { REQUEST_ID } from './ids.ts';
import { transportError } from './transport-error.ts';

const acceptedSchema = z.object({ request_id: z.string().regex(REQUEST_ID) });

/** fal refuses these because of the request's content, so the same request can't pass later. */
const REFUSED_FOR_GOOD = new Set([400, 404, 405, 410, 411, 413, 414, 415, 422, 431, 451]);

/** `now`: milliseconds since 1970. */
export function outcomeOfAnswer(answer: FalAnswer, now: number): SubmitOutcome {
  const { status, headers } = answer;
  const headerId = headers.get('x-fal-request-id') ?? undefined;
  if (status >= 200 && status < 300) {
    const requestId = acceptedSchema.safeParse(parseJson(answer.body)).data?.request_id ?? headerId;
    if (requestId !== undefined && REQUEST_ID.test(requestId)) return { kind: 'accepted', requestId };
    return { kind: 'unknown', reason: `fal answered HTTP ${status} without a request id` };
  }
  const { byModel, text } = problemOf(answer);
  const refused = (retry: 'never' | 'later', closes?: LockKind | 'endpoint'): SubmitOutcome => {
    const wait = retryAfterMs(headers, now);
    return {
      kind: 'refused',
      reason: `fal refused the request: ${text}`,
      retry,
      ...(closes !== undefined && { closes }),
      ...(wait !== undefined && { retryAfterMs: wait }),
    };
  };
  const lock = byModel ? undefined : accountLock(status, text);
  if (lock) return refused('later', lock);
  if (status === 403) return refused('never', 'endpoint');
  if (REFUSED_FOR_GOOD.has(status)) return refused('never');
  if (status === 429) return refused('later');
  // The start timed out, and fal confirms that nothing was started.
  if (status === 504 && headers.get('x-fal-request-timeout-type') === 'user') return refused('later');
  const seen =
    headerId === undefined ? 'with no request id, so it may have come from a proxy' : `request id ${headerId}`;
  return { kind: 'unknown', reason: `fal answered ${text} (${seen})` };
}

/** For a POST that ended without an answer. */
export function outcomeOfError(error: unknown): SubmitOutcome {
  const { code, maybeSent } = transportError(error);
  if (maybeSent) return { kind: 'unknown', reason: `The connection to fal ended before an answer came: ${code}` };
  return { kind: 'refused', reason: `fal cannot be reached: ${code}`, retry: 'later' };
}
