// The principal of a key, at every request.

import type { Keys, Principal } from '../../core/ports/keys.ts';
import type { Supabase } from './client.ts';
import { unwrapMaybe } from './unwrap.ts';

/** The precision of `last_used_at`, in milliseconds. */
const USE_PRECISION_MS = 60_000;

export function createKeys(client: Supabase): Keys {
  /** By key, when this process last stored its use: milliseconds since 1970. */
  const noted = new Map<string, number>();

  return { principal };

  async function principal(keyHash: string): Promise<Principal | undefined> {
    const request = client.from('api_keys').select('id, tenant_id, scopes, expires_at').eq('hash', keyHash);
    const row = await unwrapMaybe(request.is('revoked_at', null).maybeSingle(), 'the API key');
    if (!row || (row.expires_at !== null && Date.parse(row.expires_at) <= Date.now())) return undefined;
    noteUse(row.id);
    return { kind: 'key', tenantId: row.tenant_id, keyId: row.id, scopes: row.scopes };
  }

  /** No request waits for it or fails because of it: it is repeated a minute later. */
  function noteUse(keyId: string): void {
    const now = Date.now();
    if (now - (noted.get(keyId) ?? 0) < USE_PRECISION_MS) return;
    noted.set(keyId, now);
    const used = { last_used_at: new Date(now).toISOString() };
    client
      .from('api_keys')
      .update(used)
      .eq('id', keyId)
      .then(undefined, () => undefined);
  }
}
