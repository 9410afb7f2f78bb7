// Scores of an older version, and what a newer one made of the same images.

import type { KeptScores, Rescore, RescoredSet } from '../../domain/rescore.ts';

/** Scores of an older version, and what a newer one made of the same images. Every method is bound to the tenant. */
export interface Rescores {
  /** NotFound when there is no such identity. */
  kept(tenantId: string, identityId: string): Promise<KeptScores>;
  /** Stores the sets as today's version scored them; a repeat replaces them. */
  save(tenantId: string, identityId: string, sets: readonly RescoredSet[]): Promise<void>;
  /** The scores of today's version; undefined while there are none. */
  find(tenantId: string, identityId: string): Promise<Rescore | undefined>;
}
