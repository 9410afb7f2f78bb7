// Who asks: a bearer key, known to the database by its SHA-256 alone.

import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './deps.ts';
import type { Principal, Registry } from './ports.ts';
import { Problem } from './problem.ts';

/** Sets `principal`, or answers 401. */
export function authenticate(registry: Pick<Registry, 'principal'>): MiddlewareHandler<ApiEnv> {
  return async function authenticate(c, next) {
    const key = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (!key) throw unauthorized('Send the header "Authorization: Bearer <key>".', 'Bearer');
    const principal = await registry.principal(createHash('sha256').update(key).digest('hex'));
    if (!principal) {
      throw unauthorized('The key is unknown or revoked. Ask for a new one.', 'Bearer error="invalid_token"');
    }
    c.set('principal', principal);
    await next();
  };
}

function unauthorized(detail: string, challenge: string): Problem {
  return new Problem('unauthorized', detail, { headers: { 'www-authenticate': challenge } });
}

/** How a principal is named in decisions and histories: never a person's name or address. */
export function nameOf(principal: Principal): string {
  return `key:${principal.keyId}`;
}
