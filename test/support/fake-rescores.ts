// Scores of older versions in memory: what is kept of an identity, and what was made of it anew.

import type { Rescores } from '../../core/ports/rescores.ts';
import { Failure } from '../../domain/failure.ts';
import type { KeptScores, Rescore } from '../../domain/rescore.ts';
import { CALIBRATION } from '../../domain/score.ts';

export interface FakeRescores extends Rescores {
  /** By the identity's id. */
  keptOf: Map<string, KeptScores>;
  made: Map<string, Rescore>;
}

export function createFakeRescores(): FakeRescores {
  const keptOf = new Map<string, KeptScores>();
  const made = new Map<string, Rescore>();
  return {
    keptOf,
    made,
    kept: async (_tenantId, identityId) => keptOf.get(identityId) ?? { photoIds: [], heldOut: undefined, sets: [] },
    async save(_tenantId, identityId, sets) {
      if (!keptOf.has(identityId)) throw new Failure('NotFound', 'No such identity.');
      made.set(identityId, { calibration: CALIBRATION.version, sets: [...sets], at: '2026-11-29T12:00:00.000Z' });
    },
    find: async (_tenantId, identityId) => made.get(identityId),
  };
}
