// A batch and its stills as they change.

import { LikenessError } from './error.ts';
import { serverEvents } from './event-stream.ts';
import type { Http } from './http.ts';
import { pause } from './pause.ts';
import type { Batch, BatchItem, Still } from './types.ts';

export interface StillsChange {
  batch: BatchItem;
  /** Those that have changed since the change before, at first all of them. */
  stills: Still[];
}

const SECOND = 1000;
const FIRST_PAUSE_MS = SECOND;
const LONGEST_PAUSE_MS = 15 * SECOND;
const SLOWER = 1.5;
/** The statuses of an API or a gateway without an event stream. */
const NO_STREAM: readonly (number | undefined)[] = [404, 405, 406, 501];
/** Stills in one answer. */
const PAGE = 100;
const OPEN = ['queued', 'drawing', 'checking', 'repairing'] as const;

/** Whether nothing changes any more, until somebody asks for a repair or a new drawing. */
export function hasEnded({ state, counts }: BatchItem): boolean {
  return state !== 'running' && state !== 'waiting_for_budget' && OPEN.every((still) => !counts[still]);
}

/**
 * The changes until the batch and its stills have ended. They come by the event stream; without one, or when it breaks,
 * by polling with growing pauses. An API that is away is waited for. Throws LikenessError when the batch does not exist
 * or the key is refused, and the signal's reason.
 */
export async function* watchStills(
  http: Http,
  batchId: string,
  signal?: AbortSignal,
): AsyncGenerator<StillsChange, void> {
  const path = `/v1/stills/${encodeURIComponent(batchId)}`;
  let seen = -1;
  let pauseMs = FIRST_PAUSE_MS;
  let hasStream = true;

  async function* stream(): AsyncGenerator<StillsChange, void, undefined> {
    const headers = { accept: 'text/event-stream', ...(seen < 0 ? {} : { 'last-event-id': String(seen) }) };
    const response = await http.request('GET', `${path}/events`, { headers, signal, endless: true, repeatable: false });
    let stills: Still[] = [];
    for await (const { event, data } of serverEvents(response)) {
      if (event === 'still') stills.push(JSON.parse(data));
      if (event !== 'batch') continue;
      yield { batch: JSON.parse(data), stills };
      stills = [];
    }
  }

  /** What has changed since the last look; undefined for nothing. */
  async function look(): Promise<StillsChange | undefined> {
    const { stills: _, nextAfter: __, ...batch } = await http.json<Batch>('GET', path, { query: { limit: 0 }, signal });
    if (batch.revision <= seen) return undefined;
    const stills: Still[] = [];
    for (let after: number | undefined = 0; after !== undefined; ) {
      const page: Batch = await http.json('GET', path, { query: { after, limit: PAGE }, signal });
      stills.push(...page.stills.filter(({ revision }) => revision > seen));
      after = page.nextAfter;
    }
    return { batch, stills };
  }

  function noted(change: StillsChange): StillsChange {
    seen = change.batch.revision;
    pauseMs = FIRST_PAUSE_MS;
    return change;
  }

  for (;;) {
    try {
      for await (const change of hasStream ? stream() : []) {
        if (change.batch.revision <= seen) continue;
        yield noted(change);
        if (hasEnded(change.batch)) return;
      }
    } catch (error) {
      // After any error of the stream, the batch itself shows whether there is something to wait for.
      signal?.throwIfAborted();
      if (error instanceof LikenessError && NO_STREAM.includes(error.status)) hasStream = false;
    }
    try {
      const change = await look();
      if (change) {
        yield noted(change);
        if (hasEnded(change.batch)) return;
      }
    } catch (error) {
      if (!(error instanceof LikenessError && error.isTransient)) throw error;
    }
    await pause(pauseMs, signal);
    pauseMs = Math.min(pauseMs * SLOWER, LONGEST_PAUSE_MS);
  }
}
