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
