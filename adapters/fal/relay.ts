// Passes requests about a job to fal, and fal's own answer back as a stream: for apps that use fal's protocol with us.
// The key and all request headers are ours; only the headers that fal's clients read are passed back.

import type { Relay, RelayedLook } from '../../core/ports/relay.ts';
import { type FalOperation, failureOfAnswer, failureOfError } from './errors.ts';
import { falHosts } from './hosts.ts';
import { requireIds } from './ids.ts';
import { untilCompleted } from './status-stream.ts';

interface FalRelayOptions {
  /** `FAL_KEY`, or the key of the sandbox. */
  credentials: string;
  /** Origin of the sandbox; without it, fal itself is called. */
  sandboxUrl: string | undefined;
  fetch?: typeof globalThis.fetch;
}

/** Milliseconds until the answer is complete; of a stream, until it starts. */
const TIMEOUT_MS = 30_000;

interface How {
  operation: FalOperation;
  method: 'GET' | 'PUT';
  path: string;
  streams?: true;
}

const HOW: Record<RelayedLook, How> = {
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
/** A stream must not be buffered, as nginx would by default. */
const NOT_HELD_BACK = { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };

/** Statuses about our key or account, unless the model itself gave them. */
const ABOUT_THE_ACCOUNT = new Set([401, 402, 403]);

export function createFalRelay({ credentials, sandboxUrl, fetch = globalThis.fetch }: FalRelayOptions): Relay {
  const hosts = falHosts(sandboxUrl);

  async function ask({ operation, method, path, streams }: How, of: string, caller: AbortSignal): Promise<Response> {
    const late = new AbortController();
    const timeout = setTimeout(() => late.abort(), TIMEOUT_MS).unref();
    try {
      const answer = await fetch(`${of}${path}`, {
        method,
        headers: { authorization: `Key ${credentials}`, accept: streams ? 'text/event-stream' : 'application/json' },
        redirect: 'error',
        signal: AbortSignal.any([caller, late.signal]),
      });
      // A stream that has started lasts as long as the job.
      if (streams && answer.ok) clearTimeout(timeout);
      return answer;
    } catch (error) {
      throw failureOfError(operation, error);
    }
  }

  return async function relay(look, { endpoint, requestId }, caller) {
    requireIds(endpoint, requestId);
    const how = HOW[look];
    const address = `${hosts.queue}/${endpoint}/requests/${requestId}`;
    const answer = await ask(how, address, caller);
    const { status } = answer;
    const headers = new Headers();
    for (const name of PASSED_ON) {
      const value = answer.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    if (how.streams && answer.ok) {
      const events = untilCompleted(answer, () => ask(how, address, caller));
      return new Response(events, { status, headers: { ...Object.fromEntries(headers), ...NOT_HELD_BACK } });
    }
    if (!ABOUT_THE_ACCOUNT.has(status)) return new Response(answer.body, { status, headers });
    // To the app a 401 would mean that its own key is wrong.
    const body = await answer.text().catch(() => '');
    const failure = failureOfAnswer(how.operation, { status, headers: answer.headers, body }, Date.now());
    if (failure.code !== 'ProviderFailed') throw failure;
    return new Response(body, { status, headers });
  };
}
