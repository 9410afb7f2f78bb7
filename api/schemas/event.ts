// The events of a stream of server-sent events.

import { z } from '@hono/zod-openapi';

const LastEventId = z.string().optional().openapi({
  description: 'The `id` of the last event that was received. That event is not sent again.',
  example: '17',
});
export const EventHeaders = z.object({ 'last-event-id': LastEventId });
export const EventQuery = z.object({ lastEventId: LastEventId });

/** In OpenAPI 3.1 the `schema` of an event stream describes each event. */
export const StateEvent = z
  .object({
    event: z.enum(['state', 'end']),
    id: z.string().optional().openapi({ description: 'The revision. Absent while no worker answers.' }),
    data: z.string().openapi({ description: 'JSON. For `state` an Identity, for `end` its stage.' }),
  })
  .openapi('StateEvent', { example: { event: 'end', data: '{"stage":"ready"}' } });
