// Polls a batch for all its subscriptions in this process: one query a time while nothing changes, and the stills that
// have changed when something did.

import { batchAsItIs } from '../core/orphans/stills-as-they-are.ts';
import type { BatchRow, StillRow } from '../core/ports/stills.ts';
import { hasOpenStill, isBatchOpen } from '../domain/stills/still.ts';
import type { ApiDeps } from './deps.ts';
import type { Revised } from './event-stream.ts';
import type { Poll } from './live-state.ts';
import { answerBatch, answerStill } from './still-answer.ts';

/** A still as it was told last, with the revision of its change. */
interface ToldStill {
  revision: number;
  body: string;
  /** Its end is not written yet, so that its revision is that of before. */
  isOrphan?: true;
}

export interface BatchSnapshot extends Revised {
  revision: number;
  row: BatchRow;
  /** The answer of the batch without its stills, as JSON. */
  body: string;
  /** The stills by their number, those that changed last at the end. */
  stills: ReadonlyMap<number, ToldStill>;
  /** The end of the batch or of a still is not written yet. */
  isOrphan: boolean;
}

/** Rows in one query. */
const PAGE = 100;
/** Milliseconds between two looks at the workflows of a batch whose rows do not change. */
const LOOK_MS = 5000;

export function batchPoll(deps: ApiDeps, tenantId: string, batchId: string): Poll<BatchSnapshot> {
  let lookAt = 0;
  return async function poll(before) {
    const row = await deps.stills.batch(tenantId, batchId);
    if (!row) return undefined;
    if (row.revision === before?.revision) return orphaned(row, before);
    const stills = new Map(before?.stills);
    for await (const still of changes(before?.revision ?? 0)) {
      stills.delete(still.number);
      stills.set(still.number, { revision: still.revision, body: JSON.stringify(answerStill(deps, still)) });
    }
    return snapshot(row, stills);
  };

  /** Rows that do not change any more may be those of workflows that are gone. */
  async function orphaned(row: BatchRow, before: BatchSnapshot): Promise<BatchSnapshot | undefined> {
    if (Date.now() < lookAt) return undefined;
    lookAt = Date.now() + LOOK_MS;
    const asItIs = await batchAsItIs(deps, row);
    // What has changed meanwhile is for the next poll.
    if (!asItIs.isOrphan || asItIs.row.revision !== row.revision) return undefined;
    const stills = new Map(before.stills);
    for await (const still of changes(0)) {
      const told = asItIs.still(still);
      if (told === still) continue;
      stills.delete(still.number);
      stills.set(still.number, {
        revision: still.revision,
        body: JSON.stringify(answerStill(deps, told)),
        isOrphan: true,
      });
    }
    return snapshot(asItIs.row, stills, true);
  }

  function snapshot(row: BatchRow, stills: BatchSnapshot['stills'], isOrphan = false): BatchSnapshot {
    const { revision, counts } = row;
    const version = isOrphan ? `${revision}/${JSON.stringify(counts)}` : String(revision);
    const body = JSON.stringify(answerBatch(deps, row));
    return { version, revision, last: hasEnded(row), row, body, stills, isOrphan };
  }

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
export const hasEnded = ({ state, counts }: BatchRow): boolean => !isBatchOpen(state) && !hasOpenStill(counts);
