// The schemas of the jsonb columns, and the known profiles. Rows outlive the version that wrote them: a value that does
// not match today's types is refused when it is read, with the name of its column.

import { z } from 'zod';
import type { StoredLora } from '../../core/ports/identities.ts';
import { Failure, isFailureCode } from '../../domain/failure.ts';
import type { FailedTestImage } from '../../domain/identity-state.ts';
import { BUCKETS, type ObjectRef } from '../../domain/keys.ts';
import { FINDING_CODES, type Finding, QUARTER_TURNS } from '../../domain/photo-findings.ts';
import { SET_KINDS, type SetRef } from '../../domain/picture-set.ts';
import type { Spread } from '../../domain/reference-model.ts';
import type { RescoredSet } from '../../domain/rescore.ts';
import {
  type ComparedReference,
  type ComparedReferences,
  type ImageScore,
  NOT_SCORABLE_REASONS,
  type ScoreSummary,
} from '../../domain/score.ts';
import { STAGES } from '../../domain/stage.ts';
import { BATCH_STATES, FINDING_CODES as STILL_FINDINGS, STILL_STATES } from '../../domain/stills/still.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import { TYPE_FINDING_CODES, type TypeFinding } from '../../domain/type-findings.ts';
import type { IdentityEventData, StillEventData, WebhookBody } from '../../domain/webhook.ts';
import type { Json } from './database.ts';

/** A schema for each field: a new field of the domain does not compile until it is read here too. */
export type Fields<T> = { [Field in keyof T]-?: z.ZodType<T[Field]> };
type Scored = Extract<ImageScore, { state: 'scored' }>;
type NotScorable = Extract<ImageScore, { state: 'not_scorable' }>;

/** The column `identities.lora`. */
export interface LoraJson extends Omit<StoredLora, 'object'>, ObjectRef {}

const text = z.string();
const number = z.number();
const optionalNumber = number.optional();
const testType = z.enum(TEST_TYPES);

const finding = z.object({
  code: z.enum(FINDING_CODES),
  severity: z.enum(['warning', 'rejection']),
  message: text,
  value: optionalNumber,
  limit: optionalNumber,
  otherPhotoId: text.optional(),
  turnBy: z.literal(QUARTER_TURNS).optional(),
} satisfies Fields<Finding>);

const lora = z.object({
  training: number,
  bucket: z.enum(BUCKETS),
  key: text,
  sha256: text,
  bytes: number,
} satisfies Fields<LoraJson>);

const seen = {
  type: testType,
  imageId: text,
  copyOf: text.optional(),
  typeFindings: z
    .array(
      z.object({
        code: z.enum(TYPE_FINDING_CODES),
        message: text,
        value: number,
        limit: number,
      } satisfies Fields<TypeFinding>),
    )
    .optional(),
};
const compared = z.object({
  photoId: text,
  distance: number,
  score: number,
} satisfies Fields<ComparedReference>);
const score = z.discriminatedUnion('state', [
  z.object({
    ...seen,
    state: z.literal('scored'),
    score: number,
    distance: number,
    compared: z
      .object({ nearest: compared, median: compared, farthest: compared } satisfies Fields<ComparedReferences>)
      .optional(),
    centroidDistance: optionalNumber,
    heldOut: z.object({ distance: number, score: number }).optional(),
  } satisfies Fields<Scored>),
  z.object({
    ...seen,
    state: z.literal('not_scorable'),
    reason: z.enum(NOT_SCORABLE_REASONS),
  } satisfies Fields<NotScorable>),
]);

const summary = z.object({
  calibration: text,
  mean: optionalNumber,
  worst: optionalNumber,
  scorable: number,
  of: number,
  passed: z.boolean(),
  missed: z.array(z.enum(['mean', 'worst', 'coverage'])),
  references: z
    .object({
      count: number,
      spread: z.object({ median: number, max: number } satisfies Fields<Spread>).optional(),
    } satisfies Fields<NonNullable<ScoreSummary['references']>>)
    .optional(),
  heldOut: z.object({ photoId: text, mean: optionalNumber }).optional(),
  copies: optionalNumber,
} satisfies Fields<ScoreSummary>);

const failedImage = z.object({
  type: testType,
  code: z.custom<FailedTestImage['code']>(isFailureCode),
  message: text,
} satisfies Fields<FailedTestImage>);

const rescoredSet = z.object({
  set: z.object({ kind: z.enum(SET_KINDS), number, strength: number } satisfies Fields<SetRef>),
  images: z.array(score),
  scores: summary,
} satisfies Fields<RescoredSet>);

const identityEvent = z.object({
  identityId: text,
  characterId: text,
  stage: z.enum(STAGES),
  round: optionalNumber,
  test: optionalNumber,
} satisfies Fields<IdentityEventData>);
const stillEvent = z.object({
  batchId: text,
  state: z.enum([...STILL_STATES, ...BATCH_STATES]),
  stillId: text.optional(),
  number: optionalNumber,
  findings: z.array(z.enum(STILL_FINDINGS)).optional(),
  counts: z.partialRecord(z.enum(STILL_STATES), number).optional(),
} satisfies Fields<StillEventData>);

/** Data sent to an endpoint of the provider, or received from it. */
const body = z.record(text, z.unknown());

export const readFindings = column<Finding[]>('photos.findings', z.array(finding));
export const readLora = orNothing(column<LoraJson>('identities.lora', lora));
export const readScores = orNothing(column<ScoreSummary>('identities.scores', summary));
export const readVersionScores = column<ScoreSummary>('versions.scores', summary);
export const readScore = orNothing(column<ImageScore>('pictures.score', score));
export const readSetScores = orNothing(column<ScoreSummary>('picture_sets.scores', summary));
export const readFailedImages = column<FailedTestImage[]>('picture_sets.failed_images', z.array(failedImage));
export const readRescoredSets = column<RescoredSet[]>('rescores.sets', z.array(rescoredSet));
export const readInput = orNothing(column('provider_calls.input', body));
export const readResult = orNothing(column('provider_calls.result', body));
const readIdentityEvent = column<IdentityEventData>('webhook_deliveries.data', identityEvent);
const readStillEvent = column<StillEventData>('webhook_deliveries.data', stillEvent);
/** By its batch, so that a wrong value is named by its own place. */
export const readDeliveryData = (value: Json): WebhookBody['data'] =>
  z.object({ batchId: text }).safeParse(value).success ? readStillEvent(value) : readIdentityEvent(value);
export const readSwitch = column('tenant_setting_changes.value', z.boolean());

/**
 * Throws Failure `Unexpected` with the place of the mismatch and without the value. Another version may be able to read
 * it, so no run ends because of it.
 */
export function column<T>(name: `${string}.${string}`, schema: z.ZodType<T>): (value: Json) => T {
  return (value) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const places = parsed.error.issues.map(({ path }) => [name, ...path].join('.')).join(', ');
    throw new Failure(
      'Unexpected',
      `The database holds a value that this version cannot read: ${places}. Run the version that wrote it, or correct the row.`,
    );
  };
}

export function orNothing<T>(read: (value: Json) => T): (value: Json | null) => T | undefined {
  return (value) => (value === null ? undefined : read(value));
}
