// The steps that a workflow asks for, as the workflow sees them: plain data in, plain data out. What goes in and comes
// out is kept in the history, so it holds ids, keys, hashes, numbers and verdicts, and nothing that shows a person.

import type { DecisionRecord, FailedTestImage, PinnedLora, TestImage } from './identity-state.ts';
import type { SetReport } from './photo-set.ts';
import type { ImageScore, ScoreSummary } from './score.ts';
import type { EndStage } from './stage.ts';
import type { TestType } from './test-suite.ts';

export interface IdentityRef {
  tenantId: string;
  identityId: string;
}

/** A set of test images: the first of a round, or a try of the same shots with another strength. */
export interface TestSet {
  round: number;
  /** 0–100; the LoRA scale is a hundredth of it. */
  strength: number;
  isTry: boolean;
}

export interface TestShotInput extends IdentityRef, TestSet {
  type: TestType;
  triggerWord: string;
}

export interface VisionSteps {
  /** Judges the photos and the set; spends nothing. Of a sufficient set, `heldOut` is the photo not to train on. */
  validatePhotos(
    input: IdentityRef & { photoIds: string[]; maxPhotos: number },
  ): Promise<SetReport & { heldOut?: string }>;
  /** Scores a set of images against the accepted photos, and against the one that the training did not see. */
  scoreImages(
    input: IdentityRef &
      TestSet & {
        photoIds: string[];
        heldOut?: string | undefined;
        images: Pick<TestImage, 'imageId' | 'type' | 'flagged'>[];
      },
  ): Promise<{ scores: ImageScore[]; summary: ScoreSummary }>;
}

export interface ProviderSteps {
  /** Pays for one training, once per key, however often it is called. */
  submitTraining(
    input: IdentityRef & { training: number; archiveSha256: string; steps: number; triggerWord: string },
  ): Promise<{ requestId: string }>;
  /** NotReadyYet until the training ended; then the ledger is settled. One past its deadline is stopped. */
  pollTraining(input: { callKey: string; firstPollMs: number; pollMs: number; deadlineMs: number }): Promise<void>;
  /** Copies the LoRA into our own bucket and pins it. */
  storeLora(input: IdentityRef & { training: number }): Promise<PinnedLora>;
  /** Pays for one test image, once per key, and keeps it. */
  makeTestImage(input: TestShotInput): Promise<TestImage>;
  /** One look for a request whose fate is unclear; only an answered one says that it was not found. */
  reconcileCall(input: { callKey: string }): Promise<{ found: boolean }>;
  /** Writes down what an operator found out. */
  settleUnclearCall(
    input: { callKey: string; by: string } & (
      | { outcome: 'adopt'; requestId: string }
      | { outcome: 'not_charged' | 'give_up' }
    ),
  ): Promise<void>;
  /** NotReadyYet until the ledger knows what a request of the proxy cost; one past its deadline is stopped. */
  followCall(input: { callKey: string }): Promise<void>;
  /** Stops a paid job that is no longer wanted. Answers whether it stays unclear what it cost. */
  cancelCall(input: { callKey: string }): Promise<boolean>;
}

export type RunNotice =
  | { kind: 'needs_photos'; problem: string }
  | { kind: 'awaiting_approval' | 'approval_reminder' | 'approval_escalation'; round: number }
  | { kind: 'needs_operator'; callKeys: string[] };

export const RETEST_STATES = ['running', 'done', 'failed', 'cancelled'] as const;
export type RetestState = (typeof RETEST_STATES)[number];

/** How a test on request ended, and which of its images could not be made. */
export interface RetestEnd {
  state: Exclude<RetestState, 'running'>;
  failedImages: FailedTestImage[];
}

export interface RecordSteps {
  /** Packs the photos to train on with their captions; the same photos give the same archive. */
  packPhotos(
    input: IdentityRef & { photoIds: string[]; triggerWord: string },
  ): Promise<{ archiveSha256: string; bytes: number; photos: number }>;
  /** Writes down which strength a round settled on, with its scores. */
  keepStrength(input: IdentityRef & { strength: number; scores: ScoreSummary }): Promise<void>;
  recordDecision(input: IdentityRef & { record: DecisionRecord }): Promise<void>;
  publishIdentity(
    input: IdentityRef & {
      characterId: string;
      loraSha256: string;
      scores: ScoreSummary;
      decisionId: string;
      approvedBy: string;
      referenceStrength: number;
    },
  ): Promise<{ version: number }>;
  /** Writes the end of a run that did not become ready, and removes what nobody may use any more. */
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
  /** Delivers a webhook; NotReadyYet, with the wait until the next try, until its receiver took it or it is given up. */
  sendWebhook(input: { deliveryId: string }): Promise<void>;
}

/** What the child workflow `testIdentity` is asked, and what it answers. */
export interface TestIdentityInput extends IdentityRef, TestSet {
  types: TestType[];
  triggerWord: string;
}

export interface TestIdentityResult {
  images: TestImage[];
  failed: FailedTestImage[];
  /** Types whose payment is unclear. */
  unclear: TestType[];
}
