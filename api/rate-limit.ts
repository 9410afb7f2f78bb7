// How often somebody may ask: each key and each person by themselves, and by address whoever shows neither. Counted in
// this process: several API processes allow several times as much.

import type { MiddlewareHandler } from 'hono';
import { rateLimiter } from 'hono-rate-limiter';
import { nameOf } from './auth/name-of.ts';
import type { ApiEnv } from './deps.ts';
import { Problem } from './problem.ts';

const WINDOW_MS = 60_000;
/** Of what a key may ask, for each address that shows none: whoever mistypes needs less, and a key has 256 bits to guess. */
const REFUSED_SHARE = 1 / 20;

/** 429 for a key or person with more requests in a minute than this. Every answer tells what is left. */
export function limitRequests(perMinute: number): MiddlewareHandler<ApiEnv> {
  return limiter(perMinute, (c) => nameOf(c.get('principal')));
}

/**
 * Runs around a refusal (401), and makes a 429 of it when its address had many. Only refusals come through here: whoever
 * shares the address, or the proxy, never pays for them.
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
