// GET /v1/identities/{id}/events: the states of a run as server-sent events.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { isEndStage } from '../../domain/stage.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import type { OpenEventStream } from '../event-stream.ts';
import { type IdentitySnapshot, identityPoll } from '../identity-poll.ts';
import { loadIdentity } from '../identity-view.ts';
import { LiveStates } from '../live-state.ts';
import { IdInPath, problems } from '../schemas/common.ts';
import { EventHeaders, EventQuery, StateEvent } from '../schemas/event.ts';
import { needs } from '../scopes.ts';

/** Milliseconds between two polls of a run that has subscriptions. */
const POLL_MS = 1000;

const SCOPE = 'identities';

const events = createRoute({
  method: 'get',
  path: '/v1/identities/{id}/events',
  operationId: 'watchIdentity',
  tags: ['identities'],
  summary: 'The state of an identity as it changes: server-sent events',
  description:
    'The stream sends the current state first, then each new one: `event: state`, `id` is the revision, `data` is the answer of GET /v1/identities/{id}. While no worker answers, the state comes from the database and has no `id`. After the last state comes `event: end` with `{"stage"}`: close the connection. A comment line comes every 15 s. The stream ends when its key or token is no longer valid. A slow reader may miss states in between, but always gets the newest.',
  security: needs(SCOPE),
  request: { params: IdInPath, headers: EventHeaders, query: EventQuery },
  responses: {
    200: {
      description: 'Events, until the run ends',
      content: { 'text/event-stream': { schema: StateEvent } },
    },
    204: { description: 'The run has ended and its last event was sent: do not connect again' },
    ...problems(403, 404, 429, 503),
  },
});

export function eventRoutes(deps: ApiDeps, openEventStream: OpenEventStream): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();
  const live = new LiveStates<IdentitySnapshot>(POLL_MS, deps.stopping);

  routes.openapi(events, async (c) => {
    const row = await loadIdentity(deps, c.get('principal'), c.req.valid('param').id);
    const known = c.req.valid('header')['last-event-id'] ?? c.req.valid('query').lastEventId;
    return openEventStream<IdentitySnapshot>(c, {
      scope: SCOPE,
      subscribe: () => live.subscribe(row.id, identityPoll(deps, row)),
      known,
      mayHaveEnded: isEndStage(row.stage),
      async write(stream, { revision, body }) {
        const id = revision === undefined ? {} : { id: String(revision) };
        if (id.id === undefined || id.id !== known) await stream.writeSSE({ event: 'state', ...id, data: body });
      },
      end: ({ stage }) => ({ stage }),
    });
  });

  return routes;
}
