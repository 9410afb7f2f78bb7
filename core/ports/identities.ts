// The rows of identities.

import type { ObjectRef } from '../../domain/keys.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { ScoreSummary } from '../../domain/score.ts';
import type { Stage } from '../../domain/stage.ts';
import type { Subject } from '../../domain/subject.ts';
import type { TestSuite } from '../../domain/test-suite.ts';
import type { Caps, MonthBudget } from './books.ts';

export interface IdentityRow {
  id: string;
  tenantId: string;
  characterId: string;
  stage: Stage;
  requestHash: string;
  photoIds: string[];
  /** The accepted ones, which it is trained on and scored against, once they are known, and of them the one not trained on. */
  referencePhotoIds: string[] | undefined;
  heldOut: string | undefined;
  /** What was asked for at the start; `referenceStrength` is what counts now. */
  startStrength: number;
  referenceStrength: number;
  trainingSteps: number;
  /** What the character was at the start; undefined for one that was begun without a class noun. */
  subject: Subject | undefined;
  version: number | undefined;
  /** Of the newest scored round. */
  scores: ScoreSummary | undefined;
  closeReason: string | undefined;
  createdAt: string;
  closedAt: string | undefined;
}

export interface NewIdentity
  extends Pick<IdentityRow, 'id' | 'tenantId' | 'characterId' | 'requestHash' | 'referenceStrength' | 'trainingSteps'> {
  /** All of the character when absent. */
  photoIds?: string[] | undefined;
}

/** What a start has to keep to. */
export interface StartLimits {
  minPhotos: number;
  maxPhotos: number;
  /** Of the tenant, at once. */
  openRuns: number;
  /** What the run will likely cost, and what may be spent. */
  wanted: MicroUsd;
  caps: Caps;
}

/** Nothing was written: the photos, the budget or the number of open runs refuse it. */
export interface StartRefused {
  identity?: never;
  /** All photos of the character, in the order of upload. */
  photoIds: string[];
  month: MonthBudget;
}

export interface StoredLora {
  training: number;
  object: ObjectRef;
  sha256: string;
  bytes: number;
}

export interface Publication {
  tenantId: string;
  characterId: string;
  identityId: string;
  loraSha256: string;
  testSuite: TestSuite;
  scores: ScoreSummary;
  decisionRound: number;
  decisionId: string;
  approvedBy: string;
  referenceStrength: number;
}
