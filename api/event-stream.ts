// Streams of server-sent events (WHATWG HTML, section 9.2) of what changes: limited for each caller, kept open by
// comments, closed when the credential ends or this process stops.

import type { Context } from 'hono';
import type { SSEStreamingApi } from 'hono/streaming';
import { streamSSE } from 'hono/streaming';
import type { Principal } from '../core/ports/keys.ts';
import type { Scope } from '../domain/scopes.ts';
import { nameOf } from './auth/name-of.ts';
import type { ApiEnv } from './deps.ts';
import type { Snapshot, Subscription } from './live-state.ts';
import { limitStreams } from './stream-limit.ts';

/** Milliseconds. Proxies close connections that are silent for 30 or 60 s. */
const HEARTBEAT_MS = 15_000;
/** Milliseconds before a client reconnects: usually, and at most when this process stops and all reconnect at once. */
const RETRY_MS = 3000;
const RETRY_SPREAD_MS = 5000;
/** Milliseconds for the first poll, where the answer depends on it. */
const FIRST_POLL_MS = 5000;

/** A snapshot, and the id of its event; undefined for one without a revision. */
export interface Revised extends Snapshot {
  revision: number | undefined;
}

export interface EventsOf<T extends Revised> {
  scope: Scope;
  subscribe(): Subscription<T>;
  /** The id of the newest event that the client has. */
  known: string | undefined;
  /** Whether the end may be reached already: a client that knows it is told with 204 not to connect again. */
  mayHaveEnded: boolean;
  /** Writes what is new in a snapshot. Each write waits for the reader. */
  write(stream: SSEStreamingApi, snapshot: T): Promise<void>;
  /** The data of the event `end`. */
  end(snapshot: T): unknown;
}

export type OpenEventStream = <T extends Revised>(c: Context<ApiEnv>, events: EventsOf<T>) => Promise<Response>;

export function createEventStreams(stopping: AbortSignal): OpenEventStream {
  const acquire = limitStreams();

  return async function openEventStream<T extends Revised>(c: Context<ApiEnv>, events: EventsOf<T>) {
    // HEAD gets the headers and opens no stream.
    if (c.req.method === 'HEAD') return new Response(null, { headers: { 'content-type': 'text/event-stream' } });
    const { known } = events;
    const release = acquire(nameOf(c.get('principal')));
    const subscription = events.subscribe();
    const close = () => {
      subscription.close();
      release();
    };
    let first: T | undefined;
    // A browser that reconnects after the end gets 204, which stops it from reconnecting.
    if (known !== undefined && events.mayHaveEnded) {
      first = await subscription.next(FIRST_POLL_MS);
      if (first?.last && String(first.revision) === known) {
        close();
        return c.body(null, 204);
      }
    }
    c.header('x-accel-buffering', 'no'); // nginx holds back what it may buffer
    const mayRead = stillReads(c.get('principal'), c.get('principalNow'), events.scope);
    return streamSSE(c, async (stream) => {
      stream.onAbort(close);
      try {
        await stream.write(`retry: ${RETRY_MS}\n\n`);
        await tell(stream, subscription, first, mayRead, events);
      } finally {
        close();
      }
    });
  };

  /** Writes until the end, the client leaves or loses its permission, or this process stops. */
  async function tell<T extends Revised>(
    stream: SSEStreamingApi,
    subscription: Subscription<T>,
    first: T | undefined,
    mayRead: () => Promise<boolean>,
    { write, end }: EventsOf<T>,
  ): Promise<void> {
    let snapshot = first ?? (await subscription.next(HEARTBEAT_MS));
    while (!stream.aborted) {
      // Checked before every line. A client that reconnects then gets the reason.
      if (!(await mayRead())) return;
      if (snapshot) {
        await write(stream, snapshot);
        if (snapshot.last) return void (await stream.writeSSE({ event: 'end', data: JSON.stringify(end(snapshot)) }));
      } else if (stopping.aborted) {
        const retryMs = RETRY_MS + Math.round(Math.random() * RETRY_SPREAD_MS);
        return void (await stream.write(`retry: ${retryMs}\n\n`));
      } else {
        await stream.write(':\n\n');
      }
      snapshot = await subscription.next(HEARTBEAT_MS);
    }
  }
}

/** Whether the credential still has the same tenant, and the scope of the route. */
function stillReads(
  principal: Principal,
  principalNow: () => Promise<Principal | undefined>,
  scope: Scope,
): () => Promise<boolean> {
  return async function mayRead() {
    try {
      const now = await principalNow();
      return now?.tenantId === principal.tenantId && now.scopes.includes(scope);
    } catch {
      // Unknown while the database is away. The next line checks again.
      return true;
    }
  };
}
