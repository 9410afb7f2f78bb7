// The steps as the workflow calls them: plain data in, plain data out. Both are kept in the history, so they hold ids,
// keys, hashes, numbers and verdicts, and nothing that shows a person.

import type { DecisionRecord, FailedTestImage, PinnedLora, TestImage } from './identity-state.ts';
import type { OrphanEnd } from './orphan.ts';
import type { SetProblem, SetReport, UnknownPhotos } from './photo-set.ts';
import type { SetRef } from './picture-set.ts';
import type { ModelPair } from './profile.ts';
import type { CallSubjectKind } from './provider-call.ts';
import type { ImageScore, ScoreSummary } from './score.ts';
import type { EndStage, Stage } from './stage.ts';
import type { BatchRef, StillRef } from './stills/steps.ts';
import type { Subject } from './subject.ts';
import type { TestSuite, TestType } from './test-suite.ts';

export interface IdentityRef {
  tenantId: string;
  identityId: string;
}

export interface TestShotInput extends IdentityRef, Naming, ModelPair {
  set: SetRef;
  type: TestType;
}

/** How captions and prompts name the character; without a subject as they did before characters had a class noun. */
interface Naming {
  triggerWord: string;
  subject?: Subject | undefined;
}

/** The judgement of the set. Of a sufficient set, `heldOut` is the photo not to train on. */
export interface PhotosReport extends Omit<SetReport, 'problem'> {
  problem?: SetProblem | UnknownPhotos;
  heldOut?: string;
}

export interface VisionSteps {
  /** Judges the photos and the set; spends nothing. The problem names photos that the character does not have. */
  validatePhotos(
    input: IdentityRef & { characterId: string; photoIds: string[]; maxPhotos: number },
  ): Promise<PhotosReport>;
  /** Scores a set of images against the accepted photos, and against the one that the training did not see. */
  scoreImages(
    input: IdentityRef & {
      set: SetRef;
      photoIds: string[];
      heldOut?: string | undefined;
      images: Pick<TestImage, 'imageId' | 'type' | 'flagged'>[];
    },
  ): Promise<{ scores: ImageScore[]; summary: ScoreSummary }>;
  /** Scores again what an older version scored; stores it separately. Answers that version and the number of images. */
  rescoreImages(input: IdentityRef): Promise<{ calibration: string; images: number }>;
}

export interface ProviderSteps {
  /** Pays for one training, once per key, however often it is called. */
  submitTraining(
    input: IdentityRef & ModelPair & { training: number; archiveSha256: string; steps: number; triggerWord: string },
  ): Promise<{ requestId: string }>;
  /** NotReadyYet until the training ended; then the ledger is settled. One past its deadline is stopped. */
  pollTraining(input: { callKey: string; firstPollMs: number; pollMs: number; deadlineMs: number }): Promise<void>;
  /** Copies the LoRA into our own bucket and pins it. */
  storeLora(input: IdentityRef & { training: number }): Promise<PinnedLora>;
  /** Pays for one test image, once per key, and keeps it. */
  makeTestImage(input: TestShotInput): Promise<TestImage>;
  /** One search for a request whose fate is unclear. Only a real answer means that it was not found. */
  reconcileCall(input: { callKey: string }): Promise<{ found: boolean }>;
  /** The same for a caller that waits until it is found: NotReadyYet until then. */
  findCall(input: { callKey: string }): Promise<void>;
  /** Writes down what an operator found out. */
  settleUnclearCall(
    input: { callKey: string; by: string } & (
      | { outcome: 'adopt'; requestId: string }
      | { outcome: 'not_charged' | 'give_up' }
    ),
  ): Promise<void>;
  /** NotReadyYet until the ledger knows what a request of the proxy cost; one past its deadline is stopped. */
  followCall(input: { callKey: string }): Promise<void>;
  /** Stops a paid job that is no longer needed. Answers whether its cost stays unclear. */
  cancelCall(input: { callKey: string }): Promise<boolean>;
}

export type RunNotice =
  | { kind: 'needs_photos'; problem: string }
  | { kind: 'awaiting_approval' | 'approval_reminder' | 'approval_escalation'; round: number }
  /** `test`: the number of the test on request that waits; none where a run does. */
  | { kind: 'needs_operator'; callKeys: string[]; test?: number };

export const RETEST_STATES = ['running', 'needs_operator', 'done', 'failed', 'cancelled'] as const;
export type RetestState = (typeof RETEST_STATES)[number];

/** The states of an open test; while one is open, no other test of its identity starts. */
export const OPEN_RETEST_STATES = ['running', 'needs_operator'] as const satisfies readonly RetestState[];
type OpenRetestState = (typeof OPEN_RETEST_STATES)[number];

export const isOpenRetest = (state: RetestState): state is OpenRetestState =>
  (OPEN_RETEST_STATES as readonly RetestState[]).includes(state);

/** How a test on request ended, why where it did not end well, and which of its images could not be made. */
export interface RetestEnd {
  state: Exclude<RetestState, OpenRetestState>;
  failedImages: FailedTestImage[];
  reason?: string;
}

/**
 * An open row whose workflow is closed, with the end that it gets; or a paid request that no open run, test or still waits
 * for. `again`: the further pass of a still, counted from 1; 0 for its first workflow.
 */
export type Orphan =
  | (IdentityRef & OrphanEnd & { kind: 'identity' })
  | (IdentityRef & OrphanEnd & { kind: 'retest'; number: number })
  | (BatchRef & OrphanEnd & { kind: 'batch' })
  | (StillRef & OrphanEnd & { kind: 'still'; again: number })
  | { kind: 'call'; callKey: string; subjectKind: CallSubjectKind };

/** The progress of a sweep: the kind of rows, and the last row seen. */
export interface SweepCursor {
  kind: Orphan['kind'];
  after: string;
}

export interface SweepSteps {
  /** A page of open rows, each compared with Temporal: those whose workflow is gone, and where to continue. */
  findOrphans(input: { from?: SweepCursor | undefined }): Promise<{ orphans: Orphan[]; next?: SweepCursor }>;
  /** Settles the orphan's paid requests and closes it. Safe to repeat, also by two sweeps at once. */
  closeOrphan(orphan: Orphan): Promise<void>;
}

export interface RecordSteps {
  /** Packs the photos to train on with their captions; the same photos give the same archive. */
  packPhotos(
    input: IdentityRef & Naming & { photoIds: string[] },
  ): Promise<{ archiveSha256: string; bytes: number; photos: number }>;
  /** Writes down which strength a round settled on, with its scores. */
  keepStrength(input: IdentityRef & { strength: number; scores: ScoreSummary }): Promise<void>;
  /** Records a decision that counts, and the next stage of the run. */
  recordDecision(input: IdentityRef & { record: DecisionRecord }): Promise<void>;
  /** Writes the stage that the run is in into its row. */
  saveStage(input: IdentityRef & { stage: Stage }): Promise<void>;
  publishIdentity(
    input: IdentityRef & {
      characterId: string;
      /** The training whose LoRA was approved; those of the trainings before it are removed. */
      training: number;
      loraSha256: string;
      /** Of the images that were approved; suite-1 where a workflow that knew no other does not say. */
      testSuite?: TestSuite;
      scores: ScoreSummary;
      /** The approval that the version comes from: a decision is one for its round and its id. */
      decisionRound: number;
      decisionId: string;
      approvedBy: string;
      referenceStrength: number;
    },
  ): Promise<{ version: number }>;
  /** Writes the end of a run that did not become ready, and removes files that must not be used any more. */
  closeIdentity(
    input: IdentityRef & {
      stage: Exclude<EndStage, 'ready'>;
      reason: string;
    },
  ): Promise<void>;
  /** Writes the end of a test on request. */
  closeRetest(input: IdentityRef & RetestEnd & { number: number }): Promise<void>;
  notifyPeople(input: IdentityRef & { notice: RunNotice }): Promise<void>;
}

export interface WebhookSteps {
  /** Delivers a webhook. NotReadyYet, with the wait until the next attempt, until it is delivered or given up. */
  sendWebhook(input: { deliveryId: string }): Promise<void>;
}

/** The input and the answer of the child workflow `testIdentity`. */
export interface TestIdentityInput extends IdentityRef, Naming, ModelPair {
  set: SetRef;
  types: TestType[];
}

export interface TestIdentityResult {
  images: TestImage[];
  failed: FailedTestImage[];
  /** Types whose payment is unclear. */
  unclear: TestType[];
}
