// How long something will likely take.

import { z } from '@hono/zod-openapi';
import { TIME_SOURCES } from '../../domain/expected-time.ts';

export const ExpectedTime = z
  .object({
    trainingSeconds: z
      .number()
      .int()
      .openapi({ description: 'From its beginning to its end, the wait in the queue of the provider included.' }),
    basedOn: z.enum(TIME_SOURCES).openapi({
      description:
        '`past_runs`: the median of the newest trainings of this installation, by steps. `profile`: what is known of the provider, while those are too few.',
    }),
  })
  .openapi('ExpectedTime', { example: { trainingSeconds: 210, basedOn: 'past_runs' } });
