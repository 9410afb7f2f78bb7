// Rate limits: for each key and person, and for each address without a valid credential. Counted in this process:
// several API processes allow several times as much.

import type { MiddlewareHandler } from 'hono';
import { rateLimiter } from 'hono-rate-limiter';
import { nameOf } from './auth/name-of.ts';
import type { ApiEnv } from './deps.ts';
import { Problem } from './problem.ts';

const WINDOW_MS = 60_000;
/** The share of a key's limit for refused requests of an address: enough for typing errors, and a key has 256 bits. */
const REFUSED_SHARE = 1 / 20;

/** 429 for a key or person with more requests in a minute than this. Every answer has the rest in its headers. */
export function limitRequests(perMinute: number): MiddlewareHandler<ApiEnv> {
  return limiter(perMinute, (c) => nameOf(c.get('principal')));
}

/**
 * Turns a refusal (401) into a 429 when its address had too many. It counts only refusals, so valid requests from a
 * shared address or proxy are not affected.
 */
export function limitRefusals(perMinute: number): MiddlewareHandler<ApiEnv> {
  return limiter(Math.ceil(perMinute * REFUSED_SHARE), (c) => c.env?.incoming?.socket.remoteAddress ?? 'unknown');
}

type KeyOf = Parameters<typeof rateLimiter<ApiEnv>>[0]['keyGenerator'];

function limiter(limit: number, keyGenerator: KeyOf): MiddlewareHandler<ApiEnv> {
  return rateLimiter<ApiEnv>({
    windowMs: WINDOW_MS,
    limit,
    // RateLimit and RateLimit-Policy as in draft-ietf-httpapi-ratelimit-headers-07.
    standardHeaders: 'draft-7',
    keyGenerator,
    handler: () => {
      throw new Problem('rate_limited', `More than ${limit} requests in a minute. Wait as long as Retry-After says.`);
    },
  });
}
