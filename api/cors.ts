// Pages on other origins, by hono's own middleware. Without an origin in the settings no header is sent, and a browser lets
// only pages of our own origin read an answer.

import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { ApiEnv } from './deps.ts';

/** Seconds that a browser remembers a preflight: Chromium's own limit is two hours. */
const PREFLIGHT_S = 7200;

/** What a page may read of an answer beside its body: what our client and fal's look at. */
const EXPOSED = [
  'etag',
  'location',
  'retry-after',
  'x-request-id',
  'x-fal-request-id',
  'x-fal-error-type',
  'x-fal-request-timeout-type',
  'x-fal-billable-units',
];

/**
 * Answers preflights without a key, which they can't carry, and names the origins that may read. A credential is a header
 * that the page sends itself, so cookies are never allowed.
 *
 * @param origins such as `https://app.example.com`, compared as a whole.
 * @example app.use(allowOrigins(['https://app.example.com']));
 */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler<ApiEnv> {
  if (origins.length === 0) return async (_c, next) => next();
  return cors({
    origin: [...origins],
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    // Left out, whatever header the page asks for is allowed: fal's client sends several of its own.
    exposeHeaders: EXPOSED,
    maxAge: PREFLIGHT_S,
  });
}
