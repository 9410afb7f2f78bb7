// An expected duration.

import { z } from '@hono/zod-openapi';
import { TIME_SOURCES } from '../../domain/expected-time.ts';

export const ExpectedTime = z
  .object({
    trainingSeconds: z
      .number()
      .int()
      .openapi({ description: 'From start to end of the training, including the wait in the queue of the provider.' }),
    basedOn: z.enum(TIME_SOURCES).openapi({
      description:
        '`past_runs`: the median of the newest trainings of this installation, by steps. `profile`: a figure for the provider, used while there are too few past trainings.',
    }),
  })
  .openapi('ExpectedTime', { example: { trainingSeconds: 210, basedOn: 'past_runs' } });
