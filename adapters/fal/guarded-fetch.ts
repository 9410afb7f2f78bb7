// The fetch that fal's client and we read through. It bounds the time, reads the whole answer, and throws our own
// Failure for whatever is no success. fal's client repeats only errors that it knows, so it repeats none of these:
// the waits between tries are the workflow's to choose, and are seen there.

import type { FalAnswer } from './answer.ts';
import { type FalOperation, failureOfAnswer, failureOfError } from './errors.ts';

interface GuardOptions {
  fetch: typeof globalThis.fetch;
  now: () => number;
  timeoutMs: number;
  /** What a request to this address is for. */
  operation: (url: string) => FalOperation;
  /** Told of every answer, before it is judged: fal's client hides the headers. */
  onAnswer?: (answer: FalAnswer) => void;
}

/** Throws Failure, or the caller's own reason once its signal has aborted. */
export function guardedFetch(options: GuardOptions): typeof globalThis.fetch {
  return async function fetchGuarded(input, init) {
    const operation = options.operation(input instanceof Request ? input.url : input.toString());
    const callerSignal = init?.signal ?? undefined;
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const signal = callerSignal ? AbortSignal.any([callerSignal, timeout]) : timeout;
    let answer: FalAnswer;
    try {
      const response = await options.fetch(input, { ...init, redirect: 'error', signal });
      answer = { status: response.status, headers: response.headers, body: await response.text() };
    } catch (error) {
      if (callerSignal?.aborted) throw callerSignal.reason;
      throw failureOfError(operation, error);
    }
    options.onAnswer?.(answer);
    if (!isSuccess(operation, answer.status)) throw failureOfAnswer(operation, answer, options.now());
    return new Response(answer.body === '' ? null : answer.body, { status: answer.status, headers: answer.headers });
  };
}

/** fal answers 202 to a status question while a request waits or runs; a result that is 202 is none yet. */
function isSuccess(operation: FalOperation, status: number): boolean {
  return status >= 200 && status < 300 && !(operation === 'result' && status === 202);
}
