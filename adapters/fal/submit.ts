// The paid POST. It does not use fal's client, which would post again after a lost answer. Here a request is sent once,
// and the outcome says what is known.

import type { SubmitOutcome } from '../../core/ports/job-queue.ts';
import { outcomeOfAnswer, outcomeOfError } from './submit-outcome.ts';

interface PaidPost {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Milliseconds until the answer must be complete. */
  timeoutMs: number;
}

/** Sends exactly one request, follows no redirect, throws nothing. */
export async function postOnce(
  post: PaidPost,
  fetch: typeof globalThis.fetch,
  now: () => number,
): Promise<SubmitOutcome> {
  let response: Response;
  try {
    response = await fetch(post.url, {
      method: 'POST',
      headers: { ...post.headers, 'content-type': 'application/json', accept: 'application/json' },
      body: post.body,
      redirect: 'error',
      signal: AbortSignal.timeout(post.timeoutMs),
    });
  } catch (error) {
    return outcomeOfError(error);
  }
  const { status, headers } = response;
  // An answer that breaks off still has its status, and often the request id in a header.
  const body = await response.text().catch(() => '');
  return outcomeOfAnswer({ status, headers, body }, now());
}
