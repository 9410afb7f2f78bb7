// GET /v1/identities/{id}/events: the states of a run as server-sent events (WHATWG HTML, section 9.2).

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { SSEStreamingApi } from 'hono/streaming';
import { streamSSE } from 'hono/streaming';
import type { Principal } from '../../core/ports/keys.ts';
import { isEndStage } from '../../domain/stage.ts';
import { nameOf } from '../auth/name-of.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { type IdentitySnapshot, identityPoll } from '../identity-poll.ts';
import { loadIdentity } from '../identity-view.ts';
import { LiveStates, type Subscription } from '../live-state.ts';
import { IdInPath, problems } from '../schemas/common.ts';
import { StateEvent } from '../schemas/event.ts';
import { needs } from '../scopes.ts';
import { limitStreams } from '../stream-limit.ts';

/** Milliseconds between two polls of a run that has subscriptions. */
const POLL_MS = 1000;
/** Milliseconds. Proxies close connections that are silent for 30 or 60 s. */
const HEARTBEAT_MS = 15_000;
/** Milliseconds before a client reconnects: usually, and at most when this process stops and all reconnect at once. */
const RETRY_MS = 3000;
const RETRY_SPREAD_MS = 5000;
/** Milliseconds for the first poll, where the answer depends on it. */
const FIRST_POLL_MS = 5000;

const SCOPE = 'identities';

const LastEventId = z.string().optional().openapi({
  description: 'The `id` of the last event that was received. That event is not sent again.',
  example: '17',
});

const events = createRoute({
  method: 'get',
  path: '/v1/identities/{id}/events',
  operationId: 'watchIdentity',
  tags: ['identities'],
  summary: 'The state of an identity as it changes: server-sent events',
  description:
    'The stream sends the current state first, then each new one: `event: state`, `id` is the revision, `data` is the answer of GET /v1/identities/{id}. While no worker answers, the state comes from the database and has no `id`. After the last state comes `event: end` with `{"stage"}`: close the connection. A comment line comes every 15 s. The stream ends when its key or token is no longer valid. A slow reader may miss states in between, but always gets the newest.',
  security: needs(SCOPE),
  request: {
    params: IdInPath,
    headers: z.object({ 'last-event-id': LastEventId }),
    query: z.object({ lastEventId: LastEventId }),
  },
  responses: {
    200: {
      description: 'Events, until the run ends',
      content: { 'text/event-stream': { schema: StateEvent } },
    },
    204: { description: 'The run has ended and its last event was sent: do not connect again' },
    ...problems(403, 404, 429, 503),
  },
});

export function eventRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const { stopping } = deps;
  const routes = new OpenAPIHono<ApiEnv>();
  const live = new LiveStates<IdentitySnapshot>(POLL_MS, stopping);
  const acquire = limitStreams();

  routes.openapi(events, async (c) => {
    const row = await loadIdentity(deps, c.get('principal'), c.req.valid('param').id);
    // HEAD gets the headers and opens no stream.
    if (c.req.method === 'HEAD') return new Response(null, { headers: { 'content-type': 'text/event-stream' } });
    const known = c.req.valid('header')['last-event-id'] ?? c.req.valid('query').lastEventId;
    const release = acquire(nameOf(c.get('principal')));
    const subscription = live.subscribe(row.id, identityPoll(deps, row));
    const close = () => {
      subscription.close();
      release();
    };
    let first: IdentitySnapshot | undefined;
    // A browser that reconnects after the end gets 204, which stops it from reconnecting.
    if (known !== undefined && isEndStage(row.stage)) {
      first = await subscription.next(FIRST_POLL_MS);
      if (first?.last && String(first.revision) === known) {
        close();
        return c.body(null, 204);
      }
    }
    c.header('x-accel-buffering', 'no'); // nginx holds back what it may buffer
    return streamSSE(c, async (stream) => {
      stream.onAbort(close);
      try {
        await stream.write(`retry: ${RETRY_MS}\n\n`);
        await tell(stream, subscription, {
          first,
          known,
          mayRead: stillReads(c.get('principal'), c.get('principalNow')),
        });
      } finally {
        close();
      }
    });
  });

  /**
   * Writes until the run ends, the client leaves or loses its permission, or this process stops. Each write waits for
   * the reader.
   */
  async function tell(
    stream: SSEStreamingApi,
    subscription: Subscription<IdentitySnapshot>,
    reader: Reader,
  ): Promise<void> {
    const { first, known, mayRead } = reader;
    let snapshot = first ?? (await subscription.next(HEARTBEAT_MS));
    while (!stream.aborted) {
      // Checked before every line. A client that reconnects then gets the reason.
      if (!(await mayRead())) return;
      if (snapshot) {
        const { revision, body, stage, last } = snapshot;
        const id = revision === undefined ? {} : { id: String(revision) };
        if (id.id === undefined || id.id !== known) await stream.writeSSE({ event: 'state', ...id, data: body });
        if (last) return void (await stream.writeSSE({ event: 'end', data: JSON.stringify({ stage }) }));
      } else if (stopping.aborted) {
        const retryMs = RETRY_MS + Math.round(Math.random() * RETRY_SPREAD_MS);
        return void (await stream.write(`retry: ${retryMs}\n\n`));
      } else {
        await stream.write(':\n\n');
      }
      snapshot = await subscription.next(HEARTBEAT_MS);
    }
  }

  return routes;
}

interface Reader {
  /** A snapshot that was read already. */
  first: IdentitySnapshot | undefined;
  /** The newest event that the client has. */
  known: string | undefined;
  mayRead(): Promise<boolean>;
}

/** Whether the credential still has the same tenant, and the scope of this route. */
function stillReads(principal: Principal, principalNow: () => Promise<Principal | undefined>): Reader['mayRead'] {
  return async function mayRead() {
    try {
      const now = await principalNow();
      return now?.tenantId === principal.tenantId && now.scopes.includes(SCOPE);
    } catch {
      // Unknown while the database is away. The next line checks again.
      return true;
    }
  };
}
