// fal.ai as a Provider. The paid POST is our own; everything that may be repeated uses fal's client.

import { createFalClient, type FalClient } from '@fal-ai/client';
import { z } from 'zod';
import type { JobStatus } from '../../core/ports/job-queue.ts';
import type { Provider } from '../../core/ports/provider.ts';
import { Failure } from '../../domain/failure.ts';
import { billableUnits, type FalAnswer } from './answer.ts';
import { downloadFile } from './download.ts';
import { type FalOperation, failureOfError } from './errors.ts';
import { guardedFetch } from './guarded-fetch.ts';
import { falHosts } from './hosts.ts';
import { isEndpoint, requireIds } from './ids.ts';
import { FAL_MODELS } from './models/index.ts';
import { findByInput } from './request-listing.ts';
import { postOnce } from './submit.ts';

interface FalProviderOptions {
  /** `FAL_KEY`, or the key of the sandbox. */
  credentials: string;
  /** Origin of the sandbox; without it, fal itself is called. */
  sandboxUrl?: string;
  fetch?: typeof globalThis.fetch;
  /** Milliseconds since 1970. */
  now?: () => number;
}

const SUBMIT_TIMEOUT_MS = 30_000;
const READ_TIMEOUT_MS = 30_000;
const UPLOAD_TIMEOUT_MS = 300_000;

/** Seconds that fal keeps its own copy of a job's files: we copy at once, and a week is enough to repair an outage. */
const OUTPUT_LIFETIME_S = 7 * 86_400;

/** fal repeats a job up to ten times after its own errors. A visible failure is better than hidden repeats. */
const NO_RERUN: ReadonlySet<string> = new Set(
  FAL_MODELS.flatMap(({ profile }) => (profile.kind === 'trainer' ? profile.endpoint : [])),
);

const statusSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('IN_QUEUE'), queue_position: z.number().optional().catch(undefined) }),
  z.object({ status: z.literal('IN_PROGRESS') }),
  z.object({
    status: z.literal('COMPLETED'),
    error: z.string().optional().catch(undefined),
    error_type: z.string().optional().catch(undefined),
  }),
]);

const dataSchema = z.record(z.string(), z.unknown());

/**
 * fal.ai as a Provider. Throws at once when the credentials are not valid in a header; no message contains them.
 *
 * @example createFalProvider({ credentials: 'sandbox', sandboxUrl: 'http://127.0.0.1:8788' })
 */
export function createFalProvider(options: FalProviderOptions): Provider {
  const { credentials, fetch = globalThis.fetch, now = Date.now } = options;
  if (!/^[\x21-\x7e]+$/.test(credentials)) {
    throw new Error('FAL_KEY is empty or holds a space or line break: copy the key from the fal dashboard again');
  }
  const hosts = falHosts(options.sandboxUrl);

  /** One call of fal's client, with a fetch that knows the operation. */
  async function call<T>(
    operation: FalOperation,
    signal: AbortSignal | undefined,
    use: (client: FalClient) => Promise<T>,
    { onAnswer, headers }: { onAnswer?: (answer: FalAnswer) => void; headers?: Record<string, string> } = {},
  ): Promise<T> {
    const client = createFalClient({
      credentials,
      fetch: guardedFetch({
        fetch,
        now,
        timeoutMs: operation === 'upload' ? UPLOAD_TIMEOUT_MS : READ_TIMEOUT_MS,
        operation: (url) => (operation === 'upload' && !url.startsWith(`${hosts.rest}/`) ? 'upload_bytes' : operation),
        ...(onAnswer && { onAnswer }),
      }),
      requestMiddleware: async (request) => ({
        ...request,
        url: hosts.rewrite(request.url),
        headers: { ...request.headers, ...headers },
      }),
    });
    try {
      return await use(client);
    } catch (error) {
      if (error instanceof Failure || signal?.aborted) throw error;
      throw failureOfError(operation, error);
    }
  }

  async function readStatus(endpoint: string, requestId: string, abortSignal?: AbortSignal) {
    requireIds(endpoint, requestId);
    const body: unknown = await call('status', abortSignal, (client) =>
      client.queue.status(endpoint, { requestId, ...(abortSignal && { abortSignal }) }),
    );
    const parsed = statusSchema.safeParse(body);
    if (!parsed.success) throw new Failure('ProviderUnavailable', 'fal told a status that is not known');
    return parsed.data;
  }

  return {
    async submit(endpoint, input, webhookUrl) {
      if (!isEndpoint(endpoint)) {
        return { kind: 'refused', reason: `"${endpoint}" is no fal endpoint`, retry: 'never' };
      }
      const url = new URL(`${hosts.queue}/${endpoint}`);
      if (webhookUrl !== undefined) url.searchParams.set('fal_webhook', webhookUrl);
      const headers = {
        authorization: `Key ${credentials}`,
        // No fallback to another model, at another price.
        'x-app-fal-disable-fallback': 'true',
        ...lifecyclePreference(OUTPUT_LIFETIME_S),
        ...(NO_RERUN.has(endpoint) && { 'x-fal-no-retry': '1' }),
      };
      const post = { url: url.href, headers, body: JSON.stringify(input), timeoutMs: SUBMIT_TIMEOUT_MS };
      return postOnce(post, fetch, now);
    },

    async status(endpoint, requestId, signal): Promise<JobStatus> {
      const status = await readStatus(endpoint, requestId, signal);
      switch (status.status) {
        case 'IN_QUEUE':
          return { state: 'queued', position: status.queue_position };
        case 'IN_PROGRESS':
          return { state: 'running' };
        case 'COMPLETED':
          // A failed job is COMPLETED too: only its result shows it.
          return { state: 'done' };
      }
    },

    async result(endpoint, requestId, abortSignal) {
      requireIds(endpoint, requestId);
      let answer: FalAnswer | undefined;
      try {
        const result: { data: unknown } = await call(
          'result',
          abortSignal,
          (client) => client.queue.result(endpoint, { requestId, ...(abortSignal && { abortSignal }) }),
          {
            onAnswer: (seen) => {
              answer = seen;
            },
          },
        );
        const data = dataSchema.safeParse(result.data);
        if (!data.success) throw new Failure('ProviderUnavailable', 'fal gave a result that is no JSON object');
        return { data: data.data, billableUnits: answer && billableUnits(answer.headers) };
      } catch (error) {
        // A result has the status of the model's answer, so a 5xx can be the job's end or an error of the gateway: the
        // status of the request decides.
        if (answer !== undefined && answer.status >= 500 && !isFailure(error, 'ProviderFailed')) {
          const status = await readStatus(endpoint, requestId, abortSignal);
          const ended = status.status === 'COMPLETED' ? (status.error_type ?? status.error) : undefined;
          if (ended !== undefined) {
            throw new Failure('ProviderFailed', `fal could not finish the job: HTTP ${answer.status} ${ended}`, {
              billableUnits: billableUnits(answer.headers),
            });
          }
        }
        throw error;
      }
    },

    async cancel(endpoint, requestId) {
      requireIds(endpoint, requestId);
      try {
        await call('cancel', undefined, (client) => client.queue.cancel(endpoint, { requestId }));
      } catch (error) {
        // 400 ALREADY_COMPLETED and 404 NOT_FOUND: there is nothing to stop.
        if (!isFailure(error, 'NotFound')) throw error;
      }
    },

    findRequest(endpoint, input, since) {
      const guarded = guardedFetch({ fetch, now, timeoutMs: READ_TIMEOUT_MS, operation: () => 'listing' });
      return findByInput({ api: hosts.api, credentials, endpoint, input, since }, guarded);
    },

    upload({ bytes, contentType, fileName }, seconds) {
      // A view without a copy: the File makes one.
      const view = new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
      const file = new File([view], fileName, { type: contentType });
      const put = (client: FalClient) => client.storage.upload(file, { lifecycle: { expiresIn: seconds } });
      return call('upload', undefined, put, { headers: lifecyclePreference(seconds) });
    },

    download(url, maxBytes, signal) {
      return downloadFile({ url, maxBytes, ownsFile: hosts.ownsFile, fetch, now, signal });
    },
  };
}

/** fal's storage reads this header for some uploads, and `X-Fal-Object-Lifecycle`, of the client, for others. */
function lifecyclePreference(seconds: number): Record<string, string> {
  return { 'x-fal-object-lifecycle-preference': JSON.stringify({ expiration_duration_seconds: seconds }) };
}

function isFailure(error: unknown, code: Failure['code']): boolean {
  return error instanceof Failure && error.code === code;
}
