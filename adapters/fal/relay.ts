// A look at a request, with fal's own answer handed on as it comes: for apps that speak fal's protocol with us. The key is
// ours, and so is every header that is sent; of the answer's headers only those pass that fal's clients read.

import type { Relay, RelayedLook } from '../../api/ports.ts';
import type { Failure } from '../../domain/failure.ts';
import { failureOfAnswer, failureOfError } from './errors.ts';
import { falHosts } from './hosts.ts';
import { requireIds } from './ids.ts';

interface FalRelayOptions {
  /** `FAL_KEY`, or the key of the sandbox. */
  credentials: string;
  /** Origin of the sandbox; without it, fal itself is called. */
  sandboxUrl: string | undefined;
  fetch?: typeof globalThis.fetch;
}

/** Milliseconds until the answer is complete. A stream goes on until the job ends: an hour is longer than any takes. */
const TIMEOUT_MS = 30_000;
const STREAM_MS = 60 * 60_000;

interface Look {
  operation: 'status' | 'result' | 'cancel';
  method: string;
  path: string;
  streams?: true;
}

const HOW: Record<RelayedLook, Look> = {
  status: { operation: 'status', method: 'GET', path: '/status' },
  status_with_logs: { operation: 'status', method: 'GET', path: '/status?logs=1' },
  status_stream: { operation: 'status', method: 'GET', path: '/status/stream?logs=0', streams: true },
  status_stream_with_logs: { operation: 'status', method: 'GET', path: '/status/stream?logs=1', streams: true },
  result: { operation: 'result', method: 'GET', path: '' },
  cancel: { operation: 'cancel', method: 'PUT', path: '/cancel' },
};

const PASSED_ON = [
  'content-type',
  'retry-after',
  'x-fal-request-id',
  'x-fal-request-timeout-type',
  'x-fal-error-type',
  'x-fal-billable-units',
];

/** Answers that are about our key or account, unless the model itself gave them. */
const ABOUT_THE_ACCOUNT = new Set([401, 402, 403]);

export function createFalRelay({ credentials, sandboxUrl, fetch = globalThis.fetch }: FalRelayOptions): Relay {
  const hosts = falHosts(sandboxUrl);

  return async function relay(look, { endpoint, requestId }, caller) {
    requireIds(endpoint, requestId);
    const { operation, method, path, streams } = HOW[look];
    const signal = AbortSignal.any([caller, AbortSignal.timeout(streams ? STREAM_MS : TIMEOUT_MS)]);
    const accept = streams ? 'text/event-stream' : 'application/json';
    let answer: Response;
    try {
      answer = await fetch(`${hosts.queue}/${endpoint}/requests/${requestId}${path}`, {
        method,
        headers: { authorization: `Key ${credentials}`, accept },
        redirect: 'error',
        signal,
      });
    } catch (error) {
      throw failureOfError(operation, error);
    }
    const { status } = answer;
    const headers = new Headers();
    for (const name of PASSED_ON) {
      const value = answer.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    if (!ABOUT_THE_ACCOUNT.has(status)) return new Response(answer.body, { status, headers });
    // To the app a 401 would say that its own key is wrong.
    const body = await answer.text().catch(() => '');
    const failure: Failure = failureOfAnswer(operation, { status, headers: answer.headers, body }, Date.now());
    if (failure.code === 'ProviderAccount') throw failure;
    return new Response(body, { status, headers });
  };
}
