// One request: with the key, a deadline, and retries where they are safe.

import { errorOf, LikenessError } from './error.ts';
import { pause } from './pause.ts';
import { type Progress, sendForm } from './send-form.ts';

const SECOND = 1000;
const ANSWER_MS = 30 * SECOND;
/** Photos are uploaded and judged while the request is open. */
const UPLOAD_MS = 5 * 60 * SECOND;
const TRIES = 4;
const FIRST_PAUSE_MS = 500;
/** The longest wait before a retry; after a longer one the error is thrown. */
const LONGEST_PAUSE_MS = 30 * SECOND;

export interface ClientOptions {
  /** Where the API is, such as `https://likeness.example.org`; a path in front is kept. */
  baseUrl: string;
  /** A secret: on a server only, never in a page. */
  apiKey: string;
  /** In place of the global one. */
  fetch?: typeof fetch;
}

interface RequestOptions {
  query?: Record<string, string | number | undefined>;
  /** Becomes JSON, unless it is a form. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Whether a repeat is safe; GET always is. */
  repeatable?: boolean;
  signal?: AbortSignal | undefined;
  /** The answer has no deadline. */
  endless?: boolean;
  /** Seconds that the API was asked to wait before it answers. */
  waitSeconds?: number;
  /** Reports the sent share of a form, unless `fetch` was given. */
  onProgress?: Progress | undefined;
}

export type Http = ReturnType<typeof createHttp>;

export function createHttp({ baseUrl, apiKey, fetch: given }: ClientOptions) {
  const send = given ?? globalThis.fetch.bind(globalThis);
  const base = baseUrl.replace(/\/+$/, '');

  async function once(method: string, path: string, options: RequestOptions): Promise<Response> {
    const { query = {}, body, signal, endless, waitSeconds = 0, onProgress } = options;
    const asked = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const search = asked.length > 0 ? `?${new URLSearchParams(asked)}` : '';
    const isForm = body instanceof FormData;
    const deadline = endless ? [] : [AbortSignal.timeout((isForm ? UPLOAD_MS : ANSWER_MS) + waitSeconds * SECOND)];
    const url = `${base}${path}${search}`;
    const headers: Record<string, string> = { authorization: `Bearer ${apiKey}`, ...options.headers };
    if (body !== undefined && !isForm) headers['content-type'] ??= 'application/json';
    const init = {
      method,
      headers,
      signal: AbortSignal.any([...(signal ? [signal] : []), ...deadline]),
    };
    const response =
      isForm && onProgress && !given
        ? await sendForm(url, { ...init, body }, onProgress)
        : await send(url, body === undefined ? init : { ...init, body: isForm ? body : JSON.stringify(body) });
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  /** The answer, or LikenessError; when `signal` says so, its reason. */
  async function request(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const { repeatable = method === 'GET', signal } = options;
    for (let tries = 1; ; tries++) {
      try {
        return await once(method, path, options);
      } catch (cause) {
        signal?.throwIfAborted();
        const error = cause instanceof LikenessError ? cause : unreachable(base, cause);
        const pauseMs = error.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + Math.random());
        if (!repeatable || !error.isTransient || tries === TRIES || pauseMs > LONGEST_PAUSE_MS) throw error;
        await pause(pauseMs, signal);
      }
    }
  }

  async function json<Answer>(method: string, path: string, options?: RequestOptions): Promise<Answer> {
    return (await request(method, path, options)).json() as Promise<Answer>;
  }

  return { request, json };
}

function unreachable(base: string, cause: unknown): LikenessError {
  const detail = `${base} gave no answer. Check the address and that the API runs.`;
  return new LikenessError('unreachable', detail, { cause });
}
