// What a character's identity looks like from outside, in the storyboard app's words.

import type { Stage } from '../domain/stage.ts';
import type { CharacterRow } from './ports.ts';

export const IDENTITY_STATUSES = ['none', 'preparing', 'ready', 'needs_attention'] as const;
type IdentityStatus = (typeof IDENTITY_STATUSES)[number];

/**
 * preparing: the machine is at work. needs_attention: nothing goes on without a person, or the run ended in a way
 * that nobody chose. none: nothing is there, or a person ended it; a new one may be started.
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
  // The newest is published, but the character was read a moment before it was told so.
  ready: 'preparing',
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
}

/** A published identity stays the character's own, `ready`, while a newer one is prepared or fails. */
export function characterIdentity({ ready, newest }: Pick<CharacterRow, 'ready' | 'newest'>): CharacterIdentity {
  if (ready) return { status: 'ready', identityId: ready.identityId, version: ready.version, stage: 'ready' };
  if (!newest) return { status: 'none' };
  return { status: STATUS_OF_STAGE[newest.stage], identityId: newest.identityId, stage: newest.stage };
}
