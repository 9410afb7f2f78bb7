// Turns rows into the types of the ports.

import type { Caps, MonthBudget } from '../../core/ports/books.ts';
import type { CharacterRow } from '../../core/ports/characters.ts';
import type { IdentityRow, StoredLora } from '../../core/ports/identities.ts';
import type { PhotoRow } from '../../core/ports/photos.ts';
import type { TestImageRow } from '../../core/ports/test-images.ts';
import { BUCKETS, type ObjectRef } from '../../domain/keys.ts';
import { UPLOADED } from '../../domain/photo-origin.ts';
import { type AccountState, type ClosedEndpoint, LOCK_KINDS } from '../../domain/provider-account.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import type { Subject, SubjectKind } from '../../domain/subject.ts';
import type { TestSuite } from '../../domain/test-suite.ts';
import { cleanJson } from '../../domain/text.ts';
import { type LoraJson, readFindings, readInput, readLora, readResult, readScore, readScores } from './columns.ts';
import type {
  CharacterOverviewRecord,
  CircuitBreakerRecord,
  IdentityOverviewRecord,
  Json,
  MonthBudgetRecord,
  PhotoRecord,
  PictureOverviewRecord,
  ProviderCallRecord,
} from './database.ts';

/** A domain value is plain data. Characters that the database cannot store are removed from its texts. */
export const toJson = (value: unknown): Json => cleanJson(value) as Json;

export const photoFile = (key: string): ObjectRef => ({ bucket: BUCKETS.references, key });

export function loraToJson({ object, ...lora }: StoredLora): Json {
  return toJson({ ...lora, ...object } satisfies LoraJson);
}

export function loraFromJson(json: Json | null): StoredLora | undefined {
  const lora = readLora(json);
  if (!lora) return undefined;
  const { bucket, key, ...rest } = lora;
  return { ...rest, object: { bucket, key } };
}

export function toCharacter(row: CharacterOverviewRecord): CharacterRow {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    subject: { kind: row.subject_kind, noun: row.subject_noun },
    createdAt: row.created_at,
    ready: readyIdentity(row),
    newest: row.newest_id && row.newest_stage ? { identityId: row.newest_id, stage: row.newest_stage } : undefined,
  };
}

function readyIdentity(row: CharacterOverviewRecord): CharacterRow['ready'] {
  const lora = loraFromJson(row.ready_lora);
  if (!lora || row.ready_id === null || row.ready_version === null || row.ready_lora_sha256 === null) return undefined;
  if (row.ready_reference_strength === null) return undefined;
  return {
    identityId: row.ready_id,
    version: row.ready_version,
    lora: lora.object,
    loraSha256: row.ready_lora_sha256,
    referenceStrength: row.ready_reference_strength,
    subject: begunAs(row.ready_subject_kind, row.ready_subject_noun, row.ready_test_suite),
  };
}

/**
 * The subject at the identity's start. The row is written before the run; if an older process ran it, its test suite
 * shows that its captions have no noun.
 */
function begunAs(kind: SubjectKind | null, noun: string | null, suite: TestSuite | null): Subject | undefined {
  return kind === null || noun === null || suite === 'suite-1' ? undefined : { kind, noun };
}

export function toPhoto(row: PhotoRecord): PhotoRow {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    characterId: row.character_id,
    origin: row.picture_id === null ? UPLOADED : { kind: 'generated', pictureId: row.picture_id },
    object: photoFile(row.object_key),
    sourceSha256: row.source_sha256,
    width: row.width,
    height: row.height,
    report: { photoId: row.id, verdict: row.verdict, findings: readFindings(row.findings) },
    createdAt: row.created_at,
  };
}

export function toIdentity(row: IdentityOverviewRecord): IdentityRow {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    characterId: row.character_id,
    stage: row.stage,
    requestHash: row.request_hash,
    photoIds: row.photo_ids,
    referencePhotoIds: row.reference_photo_ids ?? undefined,
    heldOut: row.held_out ?? undefined,
    startStrength: row.start_strength,
    referenceStrength: row.reference_strength,
    trainer: row.trainer,
    generator: row.generator,
    trainingSteps: row.training_steps,
    subject: begunAs(row.subject_kind, row.subject_noun, row.test_suite),
    version: row.version ?? undefined,
    versionState: row.version_state ?? undefined,
    scores: readScores(row.scores),
    closeReason: row.close_reason ?? undefined,
    createdAt: row.created_at,
    closedAt: row.closed_at ?? undefined,
  };
}

export function toMonthBudget({ cap, ...used }: MonthBudgetRecord, caps: Caps): MonthBudget {
  return { ...used, cap: cap ?? caps.month, ownCap: cap !== null, identityCap: caps.identity };
}

export function toTestImage(row: PictureOverviewRecord): TestImageRow {
  const { kind, number, strength } = row;
  return {
    id: row.id,
    identityId: row.identity_id,
    set: { kind, number, strength },
    type: row.type,
    object: { bucket: BUCKETS.tests, key: row.object_key },
    score: readScore(row.score),
  };
}

export function toProviderCall(row: ProviderCallRecord): ProviderCall {
  return {
    id: row.id,
    key: row.key,
    tenantId: row.tenant_id,
    subject: { kind: row.subject_kind, id: row.subject_id },
    profile: row.profile,
    endpoint: row.endpoint,
    workflowId: row.workflow_id,
    state: row.state,
    requestId: row.request_id ?? undefined,
    token: row.token,
    attempts: row.attempts,
    postedAt: row.posted_at,
    estimate: row.estimate_micros,
    charged: row.charged_micros ?? undefined,
    input: readInput(row.input),
    result: readResult(row.result),
    requestHash: row.request_hash ?? undefined,
  };
}

export function toAccountState(account: CircuitBreakerRecord | undefined, closed: ClosedEndpoint[]): AccountState {
  const closedEndpoints = closed.length > 0 ? { closedEndpoints: closed } : {};
  if (account?.state !== 'locked') return { state: 'ok', since: account?.since, ...closedEndpoints };
  const kind = LOCK_KINDS.find((known) => known === account.kind) ?? 'other';
  return { state: 'locked', since: account.since, reason: account.reason ?? '', kind, ...closedEndpoints };
}
