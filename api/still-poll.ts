// Polls a batch for all its subscriptions in this process: one query a time while nothing changes, and the stills that
// have changed when something did.

import type { BatchRow, StillRow } from '../core/ports/stills.ts';
import { isBatchOpen, isStillEnd, type StillState } from '../domain/stills/still.ts';
import type { ApiDeps } from './deps.ts';
import type { Revised } from './event-stream.ts';
import type { Poll } from './live-state.ts';
import { answerBatch, answerStill } from './still-answer.ts';

/** A still as it was told last, with the revision of its change. */
interface ToldStill {
  revision: number;
  body: string;
}

export interface BatchSnapshot extends Revised {
  revision: number;
  row: BatchRow;
  /** The answer of the batch without its stills, as JSON. */
  body: string;
  /** The stills by their number, those that changed last at the end. */
  stills: ReadonlyMap<number, ToldStill>;
}

/** Rows in one query. */
const PAGE = 100;

export function batchPoll(deps: ApiDeps, tenantId: string, batchId: string): Poll<BatchSnapshot> {
  return async function poll(before) {
    const row = await deps.stills.batch(tenantId, batchId);
    if (!row || row.revision === before?.revision) return undefined;
    const stills = new Map(before?.stills);
    for await (const still of changes(before?.revision ?? 0)) {
      stills.delete(still.number);
      stills.set(still.number, { revision: still.revision, body: JSON.stringify(answerStill(deps, still)) });
    }
    const { revision } = row;
    const body = JSON.stringify(answerBatch(deps, row));
    return { version: String(revision), revision, last: hasEnded(row), row, body, stills };
  };

  async function* changes(since: number): AsyncGenerator<StillRow> {
    for (let from = since; ; ) {
      const page = await deps.stills.changed(tenantId, batchId, from, PAGE);
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      from = last.revision;
    }
  }
}

/** Nothing of it changes until a person asks for more. */
export function hasEnded({ state, counts }: BatchRow): boolean {
  const open = Object.entries(counts).some(([still, count]) => count > 0 && !isStillEnd(still as StillState));
  return !isBatchOpen(state) && !open;
}
