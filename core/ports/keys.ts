// API keys and their principals.

import type { Scope } from '../../domain/scopes.ts';

/** A principal: its tenant and its scopes. */
export type Principal = { tenantId: string; scopes: readonly Scope[] } & (
  | { kind: 'key'; keyId: string }
  | { kind: 'person'; userId: string }
);

/** The scopes of a new key, and its expiry (ISO time; none: it does not expire). */
export interface KeyGrant {
  tenantId: string;
  name: string;
  scopes: readonly Scope[];
  expiresAt?: string | undefined;
}

export interface Keys {
  /**
   * The principal of a key (its SHA-256, hex); undefined for unknown, revoked and expired keys. The last use is stored
   * once a minute, and no request waits for it.
   */
  principal(keyHash: string): Promise<Principal | undefined>;
}
