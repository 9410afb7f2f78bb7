// The rows of identities.

import type { DecisionRecord } from '../../domain/identity-state.ts';
import type { ObjectRef } from '../../domain/keys.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { ModelPair } from '../../domain/profile.ts';
import type { ScoreSummary } from '../../domain/score.ts';
import type { EndStage, Stage } from '../../domain/stage.ts';
import type { Subject } from '../../domain/subject.ts';
import type { TestSuite } from '../../domain/test-suite.ts';
import type { VersionState } from '../../domain/version.ts';
import type { Caps, MonthBudget } from './books.ts';
import type { Page, PageRequest } from './page.ts';

/** With the models of its start, which it keeps. */
export interface IdentityRow extends ModelPair {
  id: string;
  tenantId: string;
  characterId: string;
  stage: Stage;
  requestHash: string;
  photoIds: string[];
  /** The accepted photos, for training and scores, once they are known; one of them may be held out of the training. */
  referencePhotoIds: string[] | undefined;
  heldOut: string | undefined;
  /** The requested settings; `referenceStrength` is the one in use. */
  startStrength: number;
  referenceStrength: number;
  trainingSteps: number;
  /** The character's subject at the start; undefined for one that was started without a class noun. */
  subject: Subject | undefined;
  /** Once it is published, with whether it may be used. */
  version: number | undefined;
  versionState: VersionState | undefined;
  /** Of the newest scored round. */
  scores: ScoreSummary | undefined;
  closeReason: string | undefined;
  createdAt: string;
  closedAt: string | undefined;
}

export interface NewIdentity
  extends ModelPair,
    Pick<IdentityRow, 'id' | 'tenantId' | 'characterId' | 'requestHash' | 'referenceStrength' | 'trainingSteps'> {
  /** All of the character when absent. */
  photoIds?: string[] | undefined;
}

/** The limits of a start. */
export interface StartLimits {
  minPhotos: number;
  maxPhotos: number;
  /** Of the tenant, at once. */
  openRuns: number;
  /** The likely cost of the run, and the caps. */
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

export interface ApprovedLora {
  lora: StoredLora;
  version: number;
  /** Whether the version may be used. */
  state: VersionState;
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

/** Every method is bound to a tenant: what belongs to another one does not exist. Every write is safe to make twice. */
export interface Identities {
  /**
   * Writes the row once, if the limits allow it. The same id again answers the existing row, whatever the limits are
   * now. Two concurrent starts can't both take the last free place. Undefined when there is no such character.
   */
  open(identity: NewIdentity, limits: StartLimits): Promise<{ identity: IdentityRow } | StartRefused | undefined>;
  find(tenantId: string, identityId: string): Promise<IdentityRow | undefined>;
  list(
    tenantId: string,
    filter: { stage?: Stage | undefined; characterId?: string | undefined },
    page: PageRequest,
  ): Promise<Page<IdentityRow>>;
  /** The LoRA of an identity that a person approved, with its version; undefined for any other. */
  approvedLora(tenantId: string, identityId: string): Promise<ApprovedLora | undefined>;
  /** The coarse stage, for lists and for answers while no worker runs. */
  saveStage(tenantId: string, identityId: string, stage: Stage): Promise<void>;
  /** The photos for training and scores, and the one that is held out of the training. */
  saveReferences(
    tenantId: string,
    identityId: string,
    photoIds: readonly string[],
    heldOut: string | undefined,
  ): Promise<void>;
  saveArchive(tenantId: string, identityId: string, archive: ObjectRef): Promise<void>;
  saveLora(tenantId: string, identityId: string, lora: StoredLora): Promise<void>;
  lora(tenantId: string, identityId: string): Promise<StoredLora>;
  /** The strength that a round settled on, with its summary. */
  saveStrength(tenantId: string, identityId: string, strength: number, summary: ScoreSummary): Promise<void>;
  /** Stores the first decision of this id in its round. */
  saveDecision(tenantId: string, identityId: string, record: DecisionRecord): Promise<void>;
  /** Makes the identity the current version of its character, in one transaction; a repeat answers the same. */
  publish(publication: Publication): Promise<{ version: number }>;
  /** Writes the end of a run that did not become ready, and of its sets without scores. */
  close(tenantId: string, identityId: string, stage: Exclude<EndStage, 'ready'>, reason: string): Promise<void>;
}
