// The events of a stream of server-sent events.

import { z } from '@hono/zod-openapi';

/** In OpenAPI 3.1 the `schema` of an event stream describes each event. */
export const StateEvent = z
  .object({
    event: z.enum(['state', 'end']),
    id: z.string().optional().openapi({ description: 'The revision. Absent while no worker answers.' }),
    data: z.string().openapi({ description: 'JSON. For `state` an Identity, for `end` its stage.' }),
  })
  .openapi('StateEvent', { example: { event: 'end', data: '{"stage":"ready"}' } });
