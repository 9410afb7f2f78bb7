// The principal of a request: by a key, stored as its SHA-256, or by an access token of Supabase Auth.

import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { Principal } from '../core/ports/keys.ts';
import type { ApiDeps, ApiEnv } from './deps.ts';
import { Problem } from './problem.ts';
import { limitRefusals } from './rate-limit.ts';

type Authorities = Pick<ApiDeps, 'keys' | 'people'>;

const CREDENTIAL_REQUIRED = 'Send the header "Authorization: Bearer <API key or access token>".';
/** Three parts of base64url (RFC 7519, compact form). Our keys have no dot. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/;

const BEARER = /^Bearer +(\S+)$/i;

/**
 * Sets `principal`, or answers 401, or 429 after too many of those from the same address.
 *
 * @param scheme finds the credential in the header Authorization.
 */
export function authenticate(
  { limits, ...authorities }: Authorities & Pick<ApiDeps, 'limits'>,
  scheme = BEARER,
): MiddlewareHandler<ApiEnv> {
  const limit = limitRefusals(limits.requestsPerMinute);
  return async function authenticate(c, next) {
    const credential = scheme.exec(c.req.header('authorization') ?? '')?.[1];
    const principal = await principalOf(authorities, credential);
    if (principal instanceof Problem) return limit(c, () => Promise.reject(principal));
    c.set('principal', principal);
    c.set('principalNow', async () => {
      const now = await principalOf(authorities, credential);
      return now instanceof Problem ? undefined : now;
    });
    await next();
  };
}

/** The principal of a credential, or the problem (401 or 403) that refuses it. */
async function principalOf(
  { people, keys }: Authorities,
  credential: string | undefined,
): Promise<Principal | Problem> {
  if (!credential) return unauthorized(CREDENTIAL_REQUIRED, 'Bearer');
  if (!TOKEN.test(credential)) {
    const principal = await keys.principal(createHash('sha256').update(credential).digest('hex'));
    return principal ?? invalid('The key is unknown, revoked or expired. Ask for a new one.');
  }
  const person = await people.personOf(credential);
  if (person === 'unknown') return invalid('The access token is expired, or another project issued it. Sign in again.');
  if (person === 'no_tenant') {
    return new Problem(
      'no_tenant',
      'Ask an administrator to set tenant_id in the app_metadata of your account, then sign in again.',
    );
  }
  return person;
}

const invalid = (detail: string): Problem => unauthorized(detail, 'Bearer error="invalid_token"');

function unauthorized(detail: string, challenge: string): Problem {
  return new Problem('unauthorized', detail, { headers: { 'www-authenticate': challenge } });
}
