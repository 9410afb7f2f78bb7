// The state of a character's identity in the storyboard app's terms.

import type { CharacterRow } from '../core/ports/characters.ts';
import type { Stage } from '../domain/stage.ts';

export const IDENTITY_STATUSES = ['none', 'preparing', 'ready', 'needs_attention'] as const;
type IdentityStatus = (typeof IDENTITY_STATUSES)[number];

/**
 * preparing: the run works. needs_attention: the run waits for a person, or ended in a way that no person chose. none:
 * there is none, or a person ended it or took it out of use; a new one may be started.
 */
const STATUS_OF_STAGE: Record<Stage, IdentityStatus> = {
  validating: 'preparing',
  needs_photos: 'needs_attention',
  uploading: 'preparing',
  training: 'preparing',
  testing: 'preparing',
  scoring: 'preparing',
  rescuing: 'preparing',
  awaiting_approval: 'needs_attention',
  needs_operator: 'needs_attention',
  publishing: 'preparing',
  // It was approved, and then a person retired or revoked the current version.
  ready: 'none',
  rejected: 'none',
  expired: 'needs_attention',
  failed: 'needs_attention',
  cancelled: 'none',
};

interface CharacterIdentity {
  status: IdentityStatus;
  identityId?: string;
  version?: number;
  stage?: Stage;
  newer?: { status: IdentityStatus; identityId: string; stage: Stage };
}

/** A published identity stays `ready` while a newer one is prepared or fails; the newer one is a field of its own. */
export function characterIdentity({ ready, newest }: Pick<CharacterRow, 'ready' | 'newest'>): CharacterIdentity {
  const own = newest && { status: STATUS_OF_STAGE[newest.stage], ...newest };
  if (!ready) return own ?? { status: 'none' };
  const { identityId, version } = ready;
  // Another ready identity is an older version.
  const isOpen = own && own.identityId !== identityId && own.status !== 'none' && own.stage !== 'ready';
  return { status: 'ready', identityId, version, stage: 'ready', ...(isOpen ? { newer: own } : {}) };
}
