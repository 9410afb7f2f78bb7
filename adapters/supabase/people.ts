// People by the access tokens of Supabase Auth (supabase.com/docs/guides/auth/jwts), signed with an asymmetric key that
// its JWKS publishes. A person's permissions are in app_metadata, which only the server writes; user_metadata is the
// user's own, and is not used.

import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import type { People } from '../../core/ports/people.ts';
import { Failure } from '../../domain/failure.ts';
import { DEFAULT_PERSON_SCOPES, isScope, type Scope } from '../../domain/scopes.ts';

/** Never HS256: a server that can check such a token could also make one. */
const ALGORITHMS = ['ES256', 'RS256', 'EdDSA'];
/** Supabase's role of signed-in users. */
const AUDIENCE = 'authenticated';
const JWKS_TIMEOUT_MS = 5000;
/** jose's codes for errors of our copy of the keys, or of fetching it, and not of the token. */
const OF_KEYS = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']);

const Claims = z.object({ sub: z.guid().toLowerCase(), app_metadata: z.unknown().optional() });
const AppMetadata = z.object({ tenant_id: z.guid().toLowerCase(), likeness_scopes: z.unknown().optional() });

/** @param url of the Supabase project, without a path. */
export function createPeople({ url }: { url: string }): People {
  const issuer = `${url.replace(/\/$/, '')}/auth/v1`;
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), {
    timeoutDuration: JWKS_TIMEOUT_MS,
    [customFetch]: fetchKeys,
  });
  const options = { issuer, audience: AUDIENCE, algorithms: ALGORITHMS, requiredClaims: ['sub', 'exp'] };

  return {
    async personOf(token) {
      let payload: JWTPayload;
      try {
        ({ payload } = await jwtVerify(token, keys, options));
      } catch (error) {
        if (error instanceof errors.JOSEError && !OF_KEYS.has(error.code)) return 'unknown';
        throw new Failure('StoreUnavailable', 'The keys of Supabase Auth cannot be read. Try again.', { cause: error });
      }
      const claims = Claims.safeParse(payload);
      if (!claims.success) return 'unknown';
      const app = AppMetadata.safeParse(claims.data.app_metadata);
      if (!app.success) return 'no_tenant';
      const { tenant_id: tenantId, likeness_scopes: scopes } = app.data;
      return { kind: 'person', userId: claims.data.sub, tenantId, scopes: scopesOf(scopes) };
    },
  };
}

/** A Supabase without asymmetric keys publishes none: then no token is valid here. */
async function fetchKeys(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, init);
  return answer.status === 404 ? Response.json({ keys: [] }) : answer;
}

/** Unknown names are ignored. */
function scopesOf(claimed: unknown): readonly Scope[] {
  if (claimed === undefined) return DEFAULT_PERSON_SCOPES;
  return Array.isArray(claimed) ? claimed.filter(isScope) : [];
}
