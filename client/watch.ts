// The states of a run: the current one, and each change.

import { isEndStage } from '../domain/stage.ts';
import { LikenessError } from './error.ts';
import { serverEvents } from './event-stream.ts';
import type { Http } from './http.ts';
import { pause } from './pause.ts';
import type { Identity } from './types.ts';

const SECOND = 1000;
const FIRST_PAUSE_MS = SECOND;
const LONGEST_PAUSE_MS = 15 * SECOND;
const SLOWER = 1.5;
/** The statuses of an API or a gateway without an event stream. */
const NO_STREAM: readonly (number | undefined)[] = [404, 405, 406, 501];

/**
 * The states of a run, newest last, until it has ended. They come by the event stream; without one, or when it breaks,
 * by polling with growing pauses. An API that is away is waited for. Throws LikenessError when the identity does not
 * exist or the key is refused, and the signal's reason.
 */
export async function* watchIdentity(http: Http, id: string, signal?: AbortSignal): AsyncGenerator<Identity, void> {
  const path = `/v1/identities/${encodeURIComponent(id)}`;
  let seen: Identity | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  let hasStream = true;

  function isNews(identity: Identity): boolean {
    return seen === undefined || identity.stage !== seen.stage || identity.revision > seen.revision;
  }

  function noted(identity: Identity): Identity {
    seen = identity;
    pauseMs = FIRST_PAUSE_MS;
    return identity;
  }

  async function* stream(): AsyncGenerator<Identity, void, undefined> {
    const headers = { accept: 'text/event-stream', ...(seen ? { 'last-event-id': String(seen.revision) } : {}) };
    const response = await http.request('GET', `${path}/events`, { headers, signal, endless: true, repeatable: false });
    for await (const { event, data } of serverEvents(response)) if (event === 'state') yield JSON.parse(data);
  }

  for (;;) {
    try {
      for await (const identity of hasStream ? stream() : []) {
        if (!isNews(identity)) continue;
        yield noted(identity);
        if (isEndStage(identity.stage)) return;
      }
    } catch (error) {
      // After any error of the stream, the state itself shows whether there is something to wait for.
      signal?.throwIfAborted();
      if (error instanceof LikenessError && NO_STREAM.includes(error.status)) hasStream = false;
    }
    try {
      const identity = await http.json<Identity>('GET', path, { signal });
      if (isNews(identity)) yield noted(identity);
      if (isEndStage(identity.stage)) return;
    } catch (error) {
      if (!(error instanceof LikenessError && error.isTransient)) throw error;
    }
    await pause(pauseMs, signal);
    pauseMs = Math.min(pauseMs * SLOWER, LONGEST_PAUSE_MS);
  }
}
