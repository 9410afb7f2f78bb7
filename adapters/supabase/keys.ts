// Tenants and their API keys, for operators. A key is shown once; the database stores its SHA-256.

import { createHash, randomBytes } from 'node:crypto';
import type { KeyGrant } from '../../core/ports/keys.ts';
import type { Scope } from '../../domain/scopes.ts';
import type { Supabase } from './client.ts';
import { unwrap, unwrapMaybe } from './unwrap.ts';

/** 8 hex digits, to recognise a key by in a list. */
const PREFIX_BYTES = 4;
const SECRET_BYTES = 32;

/** A key without its secret. Times are ISO, with the database's offset. */
export interface KeyRow {
  keyId: string;
  tenantId: string;
  name: string;
  prefix: string;
  scopes: readonly Scope[];
  createdAt: string;
  expiresAt: string | undefined;
  /** To the minute. */
  lastUsedAt: string | undefined;
  revokedAt: string | undefined;
}

export async function createTenant(client: Supabase, name: string): Promise<{ tenantId: string }> {
  const { id } = await unwrap(client.from('tenants').insert({ name }).select('id').single(), 'the new tenant');
  return { tenantId: id };
}

/** The oldest tenant, created when there is none, for a single-tenant server. Concurrent calls get the same one. */
export async function firstTenant(client: Supabase): Promise<string> {
  return unwrap(client.rpc('first_tenant'), 'the first tenant');
}

/** A new key `lk_<prefix>_<secret>`. NotFound when there is no such tenant. */
export async function createApiKey(client: Supabase, grant: KeyGrant): Promise<{ key: string; keyId: string }> {
  const { tenantId, name, scopes, expiresAt = null } = grant;
  const prefix = randomBytes(PREFIX_BYTES).toString('hex');
  const key = `lk_${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  const row = { tenant_id: tenantId, name, prefix, hash: apiKeyHash(key), scopes: [...scopes], expires_at: expiresAt };
  const { id } = await unwrap(client.from('api_keys').insert(row).select('id').single(), `the tenant ${tenantId}`);
  return { key, keyId: id };
}

/** All keys, revoked ones too, oldest first; of one tenant when it is named. */
export async function listApiKeys(client: Supabase, tenantId?: string): Promise<KeyRow[]> {
  let query = client.from('api_keys').select();
  if (tenantId !== undefined) query = query.eq('tenant_id', tenantId);
  const rows = (await unwrapMaybe(query.order('created_at').order('id'), 'the API keys')) ?? [];
  return rows.map((row) => ({
    keyId: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  }));
}

/** Revokes a key. NotFound when there is no such key that is not revoked. */
export async function revokeApiKey(client: Supabase, keyId: string): Promise<void> {
  const revoked = { revoked_at: new Date().toISOString() };
  const request = client.from('api_keys').update(revoked).eq('id', keyId).is('revoked_at', null);
  await unwrap(request.select('id').maybeSingle(), `the API key ${keyId}`);
}

/** SHA-256, hex. A key has 256 random bits, so it needs no slow hash. */
export function apiKeyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
