// The expected cost and time of a run, before there are photos for it.

import { z } from '@hono/zod-openapi';
import { MEGAPIXEL_SOURCES, MEGAPIXELS } from '../../domain/image-units.ts';
import { CURRENCY } from '../../domain/money.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { TRAINING_STEPS } from '../../domain/settings.ts';
import { ExpectedTime } from './expected-time.ts';
import { CostEstimate } from './identity.ts';

export const EstimateQuery = z.object({
  trainingSteps: z.coerce
    .number()
    .int()
    .min(TRAINING_STEPS.min)
    .max(TRAINING_STEPS.max)
    .optional()
    .openapi({ description: 'When absent, the steps of the settings.', example: TRAINING_STEPS.default }),
});

export const RunEstimate = z
  .object({
    ...CostEstimate.shape,
    photos: z
      .object({ minimum: z.number().int(), maximum: z.number().int() })
      .openapi({ description: 'How many photos a run takes.' }),
    expected: ExpectedTime,
    megapixel: z
      .object({
        pixels: z.literal(MEGAPIXELS).openapi({ description: 'The number of pixels in one billed megapixel.' }),
        basedOn: z
          .enum(MEGAPIXEL_SOURCES)
          .openapi({ description: '`bill`: taken from a bill of the provider. `setting`: no bill has shown it yet.' }),
      })
      .openapi({ description: 'The unit that image prices are computed with.' }),
    problem: z
      .object({ code: z.literal('budget_exceeded'), message: z.string() })
      .optional()
      .openapi({ description: 'True when a start would be refused now because the budget is too small.' }),
  })
  .openapi('RunEstimate', {
    example: {
      training: 2,
      testImages: 0.35,
      total: 2.35,
      rescueMax: 0.7,
      currency: CURRENCY,
      budget: { cap: 200, reserved: 2, charged: 40.25, left: 157.75, warning: false },
      photos: { minimum: PHOTO_LIMITS.minPhotos, maximum: PHOTO_LIMITS.maxPhotos },
      expected: { trainingSeconds: 210, basedOn: 'past_runs' },
      megapixel: { pixels: 1_000_000, basedOn: 'setting' },
    },
  });
export type RunEstimate = z.infer<typeof RunEstimate>;
