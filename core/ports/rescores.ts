// Scores of an older version, and what a newer one made of the same images.

import type { KeptScores, Rescore, RescoredSet } from '../../domain/rescore.ts';

/** Scores of an older version, and what a newer one made of the same images. Every method is bound to the tenant. */
export interface Rescores {
  /** NotFound when there is no such identity. */
  kept(tenantId: string, identityId: string): Promise<KeptScores>;
  /** As those of today's version; the same again replaces them. */
  save(tenantId: string, identityId: string, sets: readonly RescoredSet[]): Promise<void>;
  /** What today's version made; undefined before it did. */
  find(tenantId: string, identityId: string): Promise<Rescore | undefined>;
}
