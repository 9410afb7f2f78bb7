// Versions of a character in requests and answers.

import { z } from '@hono/zod-openapi';
import { TEST_SUITES } from '../../domain/test-suite.ts';
import { VERSION_STATES } from '../../domain/version.ts';
import { Id, IdInPath, Time } from './common.ts';
import { EXAMPLES } from './examples.ts';
import { ScoreSummary } from './identity.ts';
import { text } from './text.ts';

/** The range of the database type `int`. */
const MAX_VERSION = 2_147_483_647;
const MAX_REASON = 1000;

const VersionNumber = z.number().int().min(1).max(MAX_VERSION);
const Reason = text({ max: MAX_REASON, lines: true }).optional().openapi({ description: 'Kept with the change.' });

export const VersionInPath = IdInPath.extend({
  version: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_VERSION)
    .openapi({ param: { name: 'version', in: 'path' }, example: 2 }),
});

export const SetVersion = z
  .strictObject({ version: VersionNumber, reason: Reason })
  .openapi('SetVersion', { example: { version: 1, reason: 'The new one squints.' } });

export const StopVersion = z
  .strictObject({ reason: Reason })
  .openapi('StopVersion', { example: { reason: 'The contract ended.' } });

const Version = z.object({
  version: VersionNumber,
  identityId: Id,
  state: z.enum(VERSION_STATES).openapi({
    description:
      '`current`: what `GET /v1/characters/{id}` answers as `ready`, at most one of a character. `available`: an older one. `retired`: not used, until it is made current again. `revoked`: never used again.',
  }),
  referenceStrength: z.number().int().openapi({ description: '0–100; the LoRA scale is a hundredth of it.' }),
  loraSha256: z.string(),
  testSuite: z.enum(TEST_SUITES),
  scores: ScoreSummary,
  trainer: z.string().openapi({ description: 'The profile that it was trained with.' }),
  generator: z.string().openapi({ description: 'The profile that its test images were drawn with.' }),
  decision: z.object({ round: z.number().int(), decisionId: z.string() }).openapi({ description: 'The approval.' }),
  approvedBy: z.string(),
  createdAt: Time,
  stateChangedAt: Time.openapi({ description: 'The newest change of its state, with who made it and why.' }),
  stateChangedBy: z.string(),
  stateReason: z.string().optional(),
  links: z.object({ identity: z.string() }),
});

export const Versions = z
  .object({
    characterId: Id,
    current: VersionNumber.optional().openapi({
      description:
        'The current version. Absent while there is none: before the first approval, and after the current one was retired or revoked, until another one is made current or approved.',
    }),
    items: z.array(Version).openapi({ description: 'Newest first.' }),
  })
  .openapi('Versions', { example: EXAMPLES.versions });
export type Versions = z.infer<typeof Versions>;
