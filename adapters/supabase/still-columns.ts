// The schemas of the jsonb columns of batches and stills.

import { z } from 'zod';
import type { Spend } from '../../core/ports/books.ts';
import type { Ignored, StillContext, StillRow } from '../../core/ports/stills.ts';
import {
  type CastMember,
  type CheckedFace,
  FINDING_CODES,
  type Finding,
  type FrameCheck,
  type Manifest,
  ROUTE_IDS,
  STILL_STATES,
  type StillState,
} from '../../domain/stills/still.ts';
import { SUBJECT_KINDS } from '../../domain/subject.ts';
import { column, type Fields, orNothing } from './columns.ts';

const text = z.string();
const number = z.number();
const size = z.object({ width: number, height: number });
const box = z.object({ x: number, y: number, width: number, height: number });

const place = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('order'), order: number }),
  z.object({ kind: z.literal('area'), area: box }),
]);

const member = z.object({
  characterId: text,
  identityId: text,
  version: number,
  name: text,
  subject: z.object({ kind: z.enum(SUBJECT_KINDS), noun: text }).optional(),
  triggerWord: text,
  loraSha256: text,
  strength: number,
  family: text,
  place: place.optional(),
} satisfies Fields<CastMember>);

const manifest = z.object({
  route: z.enum(ROUTE_IDS),
  cast: z.array(member),
  prompts: z.object({ scene: text, faces: z.array(text) }),
  size,
  references: z.array(text),
} satisfies Fields<Manifest>);

const counts = z.partialRecord(z.enum(STILL_STATES), number);
const spend = z.object({ reserved: number, charged: number } satisfies Fields<Spend>);

const face = z.object({
  box,
  state: z.enum(['recognised', 'open', 'stranger', 'off_screen', 'unverifiable', 'background']),
  member: number.optional(),
  score: number.optional(),
  reason: z.enum(['too_small', 'extreme_pose', 'too_blurred', 'covered']).optional(),
  characterId: text.optional(),
} satisfies Fields<CheckedFace>);

const finding = z.object({
  code: z.enum(FINDING_CODES),
  member: number.optional(),
  face: number.optional(),
  characterId: text.optional(),
} satisfies Fields<Finding>);

const check = z.object({
  calibration: text,
  size,
  faces: z.array(face),
  findings: z.array(finding),
} satisfies Fields<FrameCheck>);

const context = z.object({
  projectId: text.optional(),
  userId: text.optional(),
  sceneId: text.optional(),
  frameId: text.optional(),
} satisfies Fields<StillContext>);

const ignored = z.array(z.object({ frame: number, field: text, reason: text } satisfies Fields<Ignored>));
const accepted = z.object({ by: text, reason: text, at: text } satisfies Fields<NonNullable<StillRow['accepted']>>);

export const readManifest = column<Manifest>('stills.manifest', manifest);
export const readAccepted = orNothing(column('stills.accepted', accepted));
export const readCheck = orNothing(column<FrameCheck>('pictures.checked', check));
export const readContext = column<StillContext>('batches.context', context);
export const readIgnored = column<Ignored[]>('batches.ignored', ignored);
export const readCounts = column<Partial<Record<StillState, number>>>('batch_overview.counts', counts);
export const readSpend = column<Spend>('batch_overview.spend', spend);
