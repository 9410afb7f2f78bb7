// Tenants and their API keys, for whoever sets a server up. A key is shown once; the database keeps its SHA-256.

import { createHash, randomBytes } from 'node:crypto';
import type { Supabase } from './client.ts';
import { unwrap, unwrapMaybe } from './unwrap.ts';

/** 8 hex digits, to recognise a key by in a list. */
const PREFIX_BYTES = 4;
const SECRET_BYTES = 32;

export async function createTenant(client: Supabase, name: string): Promise<{ tenantId: string }> {
  const { id } = await unwrap(client.from('tenants').insert({ name }).select('id').single(), 'the new tenant');
  return { tenantId: id };
}

/** The oldest tenant, made when there is none: the one that a server of one's own works under. */
export async function firstTenant(client: Supabase): Promise<string> {
  const oldest = client.from('tenants').select('id').order('created_at').limit(1).maybeSingle();
  const there = await unwrapMaybe(oldest, 'the tenants');
  return there?.id ?? (await createTenant(client, 'default')).tenantId;
}

/** A new key `lk_<prefix>_<secret>`. NotFound when there is no such tenant. */
export async function createApiKey(
  client: Supabase,
  tenantId: string,
  name: string,
): Promise<{ key: string; keyId: string }> {
  const prefix = randomBytes(PREFIX_BYTES).toString('hex');
  const key = `lk_${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  const row = { tenant_id: tenantId, name, prefix, hash: apiKeyHash(key) };
  const { id } = await unwrap(client.from('api_keys').insert(row).select('id').single(), `the tenant ${tenantId}`);
  return { key, keyId: id };
}

/** SHA-256, hex. A key is 256 bits of chance, so it needs no slow hash. */
export function apiKeyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
