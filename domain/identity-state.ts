// The state of a run: the answer of the query `getState` and of GET /v1/identities/{id}. Plain data only: no picture,
// no address, no embedding.

import type { Decision, Refusal } from './decision.ts';
import type { FailureCode } from './failure.ts';
import type { PhotoReport } from './photo-findings.ts';
import type { SetProblem, UnknownPhotos } from './photo-set.ts';
import type { ImageScore, ScoreSummary } from './score.ts';
import type { Stage } from './stage.ts';
import type { Subject } from './subject.ts';
import type { TestType } from './test-suite.ts';

export interface TestImage {
  type: TestType;
  imageId: string;
  seed: number;
  sha256: string;
  /** The provider's content checker flagged it: the picture is black. */
  flagged?: true;
  score?: ImageScore;
}

/** The result of a round's shots at one strength; the scores name the images. */
export interface StrengthTry {
  strength: number;
  scores: ScoreSummary;
  images: ImageScore[];
  failedImages: FailedTestImage[];
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
  /** The number of trainings started. */
  training: number;
  triggerWord: string;
  /** The character's subject when the run started. Absent in a run from before class nouns. */
  subject?: Subject;
  /** 0–100: of the images below, and the one that an approval pins. */
  referenceStrength: number;
  photos: PhotoReport[];
  /** The accepted photo that the training does not see, for an unbiased likeness; none of few photos. */
  heldOut?: string;
  photoProblem?: SetProblem | UnknownPhotos;
  lora?: PinnedLora;
  images: TestImage[];
  failedImages: FailedTestImage[];
  scores?: ScoreSummary;
  /** When the round missed the gate: every strength that it was tried with, in order. */
  tries: StrengthTry[];
  /** While another strength is tried: which. */
  trying?: number;
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
