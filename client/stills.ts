// The methods about stills.

import type { Http } from './http.ts';
import { newId } from './new-id.ts';
import type * as t from './types.ts';
import { WaitError } from './wait-until.ts';
import { hasEnded, type StillsChange, watchStills } from './watch-stills.ts';

export type { StillsChange } from './watch-stills.ts';

export interface WaitForStills {
  /** Without it, the wait lasts as long as the batch. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Called with the batch and the stills that have changed, at first all of them. */
  onChange?: (change: StillsChange) => void;
}

export interface StartOptions {
  /** Keep it when another process or a restart may repeat the request. */
  idempotencyKey?: string;
}

export function stillsOf(http: Http) {
  const { request, json } = http;
  const of = (batchId: string) => `/v1/stills/${encodeURIComponent(batchId)}`;
  const still = (batchId: string, stillId: string) => `${of(batchId)}/frames/${encodeURIComponent(stillId)}`;

  function again(kind: 'repair' | 'redraw') {
    return (
      batchId: string,
      stillId: string,
      { idempotencyKey = newId() }: StartOptions = {},
    ): Promise<t.StillAgain> => {
      const headers = { 'idempotency-key': idempotencyKey };
      return json('POST', `${still(batchId, stillId)}/${kind}`, { headers, repeatable: true });
    };
  }

  return {
    /** Starts a batch, and pays. With `waitSeconds`, 60 at most, the answer waits for the end of a few stills. */
    create(
      body: t.StillsInput,
      { idempotencyKey = newId(), waitSeconds = 0 }: StartOptions & { waitSeconds?: number } = {},
    ): Promise<t.Batch> {
      const headers = { 'idempotency-key': idempotencyKey };
      const query = waitSeconds > 0 ? { wait: waitSeconds } : {};
      return json('POST', '/v1/stills', { body, headers, query, waitSeconds, repeatable: true });
    },
    /** What a batch would cost, how each frame would be drawn, and what would be refused. Starts nothing. */
    dryRun: (body: t.StillsInput): Promise<t.StillsEstimate> =>
      json('POST', '/v1/stills', { query: { dryRun: 'true' }, body, repeatable: true }),
    /** Batches, newest first, a page at a time. */
    list: (filter: t.BatchFilter = {}): Promise<t.Batches> => json('GET', '/v1/stills', { query: filter }),
    /** A batch with its stills, a page of them. */
    get: (batchId: string, page: t.StillPageRequest = {}): Promise<t.Batch> =>
      json('GET', of(batchId), { query: page }),
    still: (batchId: string, stillId: string): Promise<t.Still> => json('GET', still(batchId, stillId)),
    /** The batch and its stills, from how they are now to the end: each change with the stills that it is about. */
    watch: (batchId: string, { signal }: { signal?: AbortSignal } = {}): AsyncIterable<StillsChange> =>
      watchStills(http, batchId, signal),
    /** The batch when it and all its stills have ended. Throws WaitError after the time limit. */
    async waitUntil(batchId: string, { timeoutMs, signal, onChange }: WaitForStills = {}): Promise<t.BatchItem> {
      const deadline = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
      const signals = [deadline, signal].filter((one) => one !== undefined);
      try {
        for await (const change of watchStills(http, batchId, signals.length ? AbortSignal.any(signals) : undefined)) {
          onChange?.(change);
          if (hasEnded(change.batch)) return change.batch;
        }
      } catch (error) {
        if (!deadline?.aborted || signal?.aborted) throw error;
      }
      throw new WaitError('timeout', undefined, `The batch has not ended within ${timeoutMs} ms.`);
    },
    report: (batchId: string): Promise<t.StillsReport> => json('GET', `${of(batchId)}/report`),
    /** The report as one HTML page with its pictures inside, to be kept or sent on. */
    sheet: async (batchId: string): Promise<Blob> =>
      (await request('GET', `${of(batchId)}/report`, { headers: { accept: 'text/html' }, endless: true })).blob(),
    cancel: (batchId: string): Promise<t.BatchCancelled> => json('POST', `${of(batchId)}/cancel`),
    /** Changes what a batch may cost; one that waits for its budget goes on. */
    setBudget: (batchId: string, budgetUsd: number): Promise<t.BatchItem> =>
      json('PUT', `${of(batchId)}/budget`, { body: { budgetUsd }, repeatable: true }),
    /** One more repair, and pays. */
    repair: again('repair'),
    /** A new drawing with a new seed, and pays. */
    redraw: again('redraw'),
    /** What a repair or a new drawing would cost at most. Starts nothing. */
    againPrice: (batchId: string, stillId: string, kind: 'repair' | 'redraw'): Promise<t.StillAgainPrice> =>
      json('POST', `${still(batchId, stillId)}/${kind}`, { query: { dryRun: 'true' }, repeatable: true }),
    /** Accepts a flagged still as it is. */
    accept: (batchId: string, stillId: string, reason: string): Promise<t.Still> =>
      json('POST', `${still(batchId, stillId)}/accept`, { body: { reason } satisfies t.AcceptInput }),
    /** A picture of a still. */
    picture: async (pictureId: string): Promise<Blob> =>
      (await request('GET', `/v1/pictures/${encodeURIComponent(pictureId)}/content`)).blob(),
  };
}
