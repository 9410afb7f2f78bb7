// The fetch of fal's client and of our own requests. It limits the time, reads the whole answer, and throws our own
// Failure for every error. fal's client repeats only errors that it knows, so it repeats none of these: the workflow
// chooses the pauses between attempts, and shows them.

import type { FalAnswer } from './answer.ts';
import { type FalOperation, failureOfAnswer, failureOfError } from './errors.ts';

interface GuardOptions {
  fetch: typeof globalThis.fetch;
  now: () => number;
  timeoutMs: number;
  /** The operation of a request to this address. */
  operation: (url: string) => FalOperation;
  /** Called with every answer before it is checked: fal's client hides the headers. */
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

/** fal answers 202 to a status query while a request waits or runs; a result with 202 is not ready. */
function isSuccess(operation: FalOperation, status: number): boolean {
  return status >= 200 && status < 300 && !(operation === 'result' && status === 202);
}
