// The versions of characters.

import type { ScoreSummary } from '../../domain/score.ts';
import type { TestSuite } from '../../domain/test-suite.ts';
import type { VersionChange, VersionRefusal, VersionState } from '../../domain/version.ts';

export interface VersionRow {
  /** Counts the versions of the character from 1. */
  version: number;
  identityId: string;
  state: VersionState;
  loraSha256: string;
  /** 0–100; the LoRA scale is a hundredth of it. */
  referenceStrength: number;
  testSuite: TestSuite;
  scores: ScoreSummary;
  /** Profiles of the provider. */
  trainer: string;
  generator: string;
  decisionRound: number;
  decisionId: string;
  approvedBy: string;
  createdAt: string;
  /** Of the newest change of its state. */
  stateChangedAt: string;
  stateChangedBy: string;
  stateReason: string | undefined;
}

/** Every method is bound to a tenant: what belongs to another one does not exist. Publishing writes them. */
export interface Versions {
  /** All of the character, newest first; none for an unknown character. */
  list(tenantId: string, characterId: string): Promise<VersionRow[]>;
  /**
   * Makes a version current, retired or revoked, under the lock that publishing takes. A change to what it is already
   * changes nothing. When it becomes current, the one that was so becomes available; when the current one is retired or
   * revoked, none is current. A revoked one is refused. Undefined when there is no such character.
   */
  setState(
    tenantId: string,
    characterId: string,
    version: number,
    change: { state: VersionChange; by: string; reason: string | undefined },
  ): Promise<'done' | VersionRefusal | undefined>;
}
