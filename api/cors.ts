// Which pages of other origins may read our answers. A browser asks first (preflight), and sends no key with that.

import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { ApiEnv } from './deps.ts';

/** Headers of ours that scripts read: the request's ids, waits, what fal's client looks at, and where to go on. */
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
/** Seconds that a browser keeps the answer to a preflight; browsers cap it themselves. */
const KEPT_S = 600;

/**
 * Lets scripts of exactly these origins in, with the header Authorization and never with cookies: we have none.
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
