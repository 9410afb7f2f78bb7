// What a run says of itself: the answer of the query `getState` and of GET /v1/identities/{id}. Plain data only: no
// picture, no address, no embedding.

import type { Decision, Refusal } from './decision.ts';
import type { FailureCode } from './failure.ts';
import type { PhotoReport, SetReport } from './photo-rules.ts';
import type { ImageScore, ScoreSummary } from './score.ts';
import type { Stage } from './stage.ts';
import type { TestType } from './test-suite.ts';

export interface TestImage {
  type: TestType;
  imageId: string;
  seed: number;
  sha256: string;
  score?: ImageScore;
}

export interface FailedTestImage {
  type: TestType;
  code: FailureCode;
  message: string;
}

export interface DecisionRecord {
  decision: Decision;
  /** ISO time. */
  at: string;
}

export interface IgnoredMessage {
  name: 'approveIdentity' | 'rejectIdentity';
  refusal: Refusal;
  at: string;
}

export interface PinnedLora {
  /** Which training made it: 1 for the first. */
  training: number;
  sha256: string;
  bytes: number;
}

export interface IdentityState {
  identityId: string;
  tenantId: string;
  characterId: string;
  stage: Stage;
  /** Rises with every change of this object. */
  revision: number;
  /** ISO times. */
  startedAt: string;
  stageSince: string;
  /** The newest set of test images; 0 before the first. */
  round: number;
  /** How many trainings were begun. */
  training: number;
  triggerWord: string;
  referenceStrength: number;
  photos: PhotoReport[];
  photoProblem?: NonNullable<SetReport['problem']>;
  lora?: PinnedLora;
  images: TestImage[];
  failedImages: FailedTestImage[];
  scores?: ScoreSummary;
  /** While a person is waited for. */
  waiting?: { since: string; expiresAt: string; reminders: number; escalated: boolean };
  /** While an operator is waited for: the paid requests whose fate is unclear. */
  unclearCalls: string[];
  decisions: DecisionRecord[];
  ignored: IgnoredMessage[];
  /** Once ready: the character's version that this identity is. */
  version?: number;
  failure?: { code: FailureCode; message: string };
}
