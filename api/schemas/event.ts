// What a stream of server-sent events carries, an event at a time.

import { z } from '@hono/zod-openapi';

/** OpenAPI 3.1 has `schema` of an event stream describe each event. */
export const StateEvent = z
  .object({
    event: z.enum(['state', 'end']),
    id: z.string().optional().openapi({ description: 'The revision. Absent while no worker answers.' }),
    data: z.string().openapi({ description: 'JSON. For `state` an Identity, for `end` its stage.' }),
  })
  .openapi('StateEvent', { example: { event: 'end', data: '{"stage":"ready"}' } });
