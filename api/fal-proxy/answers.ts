// Answers in the form that fal's clients read: JSON, the request id in a header, and problems as plain JSON with a
// `message` in addition to `detail`, because those clients read no other content type.

import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../deps.ts';

const PROBLEM = 'application/problem+json';

/** fal's client sends its `credentials` as `Key …`; they can hold a key of ours. */
export const FAL_SCHEMES = /^(?:Bearer|Key) +(\S+)$/i;

/** Makes problems readable for fal's clients. */
export const speakFal: MiddlewareHandler<ApiEnv> = async function speakFal(c, next) {
  await next();
  if (c.res.headers.get('content-type') !== PROBLEM) return;
  const { status, headers } = c.res;
  const problem = (await c.res.json()) as { detail: string };
  const plain = new Headers(headers);
  plain.set('content-type', 'application/json');
  c.res = undefined;
  c.res = new Response(JSON.stringify({ ...problem, message: problem.detail }), { status, headers: plain });
};

/** The answer of fal's queue to a submit, with the addresses that its clients would build themselves. */
export function queuedAnswer(endpoint: string, requestId: string): Record<string, string> {
  const response = `https://queue.fal.run/${endpoint}/requests/${requestId}`;
  return {
    status: 'IN_QUEUE',
    request_id: requestId,
    response_url: response,
    status_url: `${response}/status`,
    cancel_url: `${response}/cancel`,
  };
}

export const REQUEST_ID = 'x-fal-request-id';

export const requestIdHeader = (requestId: string): Record<string, string> => ({ [REQUEST_ID]: requestId });
