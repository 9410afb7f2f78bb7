// Scores of an older version, made anew.

import { z } from '@hono/zod-openapi';
import { RESCORE_STATES } from '../../core/pictures/start-rescore.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import { Id, Time } from './common.ts';
import { EXAMPLES } from './examples.ts';
import { Score, ScoreSummary } from './identity.ts';

export const Rescore = z
  .object({
    identityId: Id,
    calibration: z.string().openapi({ description: 'The version of the new scores: the newest one.' }),
    state: z.enum(RESCORE_STATES).openapi({
      description:
        '`none`: new scores were not asked for, or images with older scores were added since. `failed`: ask again, and the answer names what is missing.',
    }),
    sets: z
      .array(
        z.object({
          round: z
            .number()
            .int()
            .optional()
            .openapi({ description: 'The round of the run. Absent for a test on request.' }),
          test: z.number().int().optional().openapi({ description: 'The number of a test on request.' }),
          referenceStrength: z.number().int(),
          images: z.array(z.object({ type: z.enum(TEST_TYPES), imageId: z.string(), score: Score })),
          scores: ScoreSummary,
        }),
      )
      .openapi({ description: 'The new scores. The old scores stay where they were.' }),
    at: Time.optional().openapi({ description: 'The time of the new scores.' }),
    links: z.object({ self: z.string() }),
  })
  .openapi('Rescore', { example: EXAMPLES.rescore });
export type Rescore = z.infer<typeof Rescore>;
