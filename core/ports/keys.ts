// API keys, and whoever asks.

import type { Scope } from '../../domain/scopes.ts';

/** Who asks, for which tenant, and what they may do. */
export type Principal = { tenantId: string; scopes: readonly Scope[] } & (
  | { kind: 'key'; keyId: string }
  | { kind: 'person'; userId: string }
);

/** What a new key may do, and until when (ISO time; for ever without one). */
export interface KeyGrant {
  tenantId: string;
  name: string;
  scopes: readonly Scope[];
  expiresAt?: string | undefined;
}

export interface Keys {
  /**
   * Who a key (its SHA-256, hex) belongs to; undefined for unknown, revoked and expired keys. That it was used is written
   * down once a minute, without anybody waiting for it.
   */
  principal(keyHash: string): Promise<Principal | undefined>;
}
