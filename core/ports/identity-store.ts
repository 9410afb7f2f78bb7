// Rows that outlive a run.

import type { DecisionRecord } from '../../domain/identity-state.ts';
import type { ObjectRef } from '../../domain/keys.ts';
import type { PhotoReport } from '../../domain/photo-findings.ts';
import type { ImageScore, ScoreSummary } from '../../domain/score.ts';
import type { EndStage, Stage } from '../../domain/stage.ts';
import type { RetestEnd, RetestState } from '../../domain/steps.ts';
import type { Publication, StoredLora } from './identities.ts';
import type { StoredPhoto } from './photos.ts';
import type { StoredTestImage } from './test-images.ts';

/** The rows that outlive a run. Every method is bound to the tenant and safe to call twice. */
export interface IdentityStore {
  savePhotoReports(tenantId: string, reports: readonly PhotoReport[]): Promise<void>;
  /** Those of the photos that the character has, in the order asked for. What is no id at all is left out too. */
  photosOf(tenantId: string, characterId: string, photoIds: readonly string[]): Promise<StoredPhoto[]>;
  /** The stored photos, in the order asked for; NotFound names the missing one. */
  photos(tenantId: string, photoIds: readonly string[]): Promise<StoredPhoto[]>;
  /** The coarse stage, for lists and for answers while no worker runs. */
  saveStage(tenantId: string, identityId: string, stage: Stage): Promise<void>;
  /** The photos that the identity is trained on and scored against, and of them the one that the training does not see. */
  saveReferences(
    tenantId: string,
    identityId: string,
    photoIds: readonly string[],
    heldOut: string | undefined,
  ): Promise<void>;
  saveArchive(tenantId: string, identityId: string, archive: ObjectRef): Promise<void>;
  saveLora(tenantId: string, identityId: string, lora: StoredLora): Promise<void>;
  lora(tenantId: string, identityId: string): Promise<StoredLora>;
  /** Whether the provider's content checker is to look at what is drawn for the tenant. */
  safetyChecker(tenantId: string): Promise<boolean>;
  /** Keeps the id of an image that was already saved for this identity, round, type and strength. */
  saveTestImage(image: StoredTestImage): Promise<void>;
  /** The scores of the images that they name, and their sum-up as the identity's, or as that of the test on request. */
  saveScores(
    tenantId: string,
    identityId: string,
    round: number,
    scores: readonly ImageScore[],
    summary: ScoreSummary,
  ): Promise<void>;
  /** The strength that a round settled on, with its sum-up. */
  saveStrength(tenantId: string, identityId: string, strength: number, summary: ScoreSummary): Promise<void>;
  /** Keeps the first decision of this id in its round. */
  saveDecision(tenantId: string, identityId: string, record: DecisionRecord): Promise<void>;
  /** Makes the identity the character's newest ready version, in one transaction; the same call again answers the same. */
  publish(publication: Publication): Promise<{ version: number }>;
  /** That an identity's nth test on request waits for an operator, or no longer does; one that has ended keeps its end. */
  saveRetestState(
    tenantId: string,
    identityId: string,
    number: number,
    state: Exclude<RetestState, RetestEnd['state']>,
  ): Promise<void>;
  /** Writes the end of an identity's nth test on request; one that has ended keeps its end. */
  closeRetest(tenantId: string, identityId: string, number: number, end: RetestEnd): Promise<void>;
  /** Writes the end of a run that did not become ready. */
  close(tenantId: string, identityId: string, stage: Exclude<EndStage, 'ready'>, reason: string): Promise<void>;
}
