// CORS: the origins whose pages may read our answers. A browser sends a preflight first, without a key.

import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { ApiEnv } from './deps.ts';

/** Headers that scripts may read: request ids, waits, headers of fal's client, and the next address. */
const READABLE = [
  'etag',
  'location',
  'retry-after',
  'www-authenticate',
  'x-request-id',
  'x-fal-request-id',
  'x-fal-error-type',
  'x-fal-request-timeout-type',
  'x-fal-billable-units',
];
/** Seconds that a browser keeps the answer to a preflight; browsers have their own upper limits. */
const KEPT_S = 600;

/**
 * Allows scripts of exactly these origins, with the header Authorization and without cookies: the API has none.
 *
 * @param origins as browsers write them: scheme, host, and the port where it is not the usual one.
 */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler<ApiEnv> {
  return cors({
    origin: (origin) => (origins.includes(origin) ? origin : null),
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    exposeHeaders: READABLE,
    maxAge: KEPT_S,
  });
}
