// Batches and stills whose workflow is gone. A read answers their end at once and requests a sweep, which writes that end
// into the rows (close-orphan.ts).

import { batchWorkflowId, newestStillWorkflowId } from '../../domain/keys.ts';
import { endOfOrphan, type OrphanEnd, type OrphanKind } from '../../domain/orphan.ts';
import type { StillEnd } from '../../domain/stills/steps.ts';
import { hasOpenStill, isBatchOpen } from '../../domain/stills/still.ts';
import type { Ports } from '../ports/index.ts';
import type { BatchRow, StillRow } from '../ports/stills.ts';
import { endOfLost } from '../stills/lost-still.ts';
import { askForSweep } from './as-it-is.ts';

type World = Pick<Ports, 'stills' | 'runs' | 'log'>;

export interface BatchAsItIs {
  row: BatchRow;
  /** A still of the batch, with its end. */
  still(row: StillRow): StillRow;
  /** Whether an end of the batch or of a still is not written yet. */
  isOrphan: boolean;
}

/** The batch with its end and those of its stills, also ends not written yet. Temporal is queried only for what is open. */
export async function batchAsItIs(deps: World, row: BatchRow): Promise<BatchAsItIs> {
  const { tenantId, id: batchId } = row;
  const asItIs = { row, still: (still: StillRow) => still, isOrphan: false };
  if (!isBatchOpen(row.state) && !hasOpenStill(row.counts)) return asItIs;
  const [batchEnd, lost] = await Promise.all([
    isBatchOpen(row.state) ? endNow(deps, 'batch', batchWorkflowId(batchId), row.createdAt) : undefined,
    lostStills(deps, row),
  ]);
  if (!batchEnd && lost.size === 0) return asItIs;
  // A workflow writes its end before it ends, so what is open after the look-ups is an orphan.
  const now = (await deps.stills.batch(tenantId, batchId)) ?? row;
  const isOrphan = batchEnd !== undefined && isBatchOpen(now.state);
  if (!isOrphan && lost.size === 0) return { ...asItIs, row: now };
  await askForSweep(deps);
  const closedAt = new Date().toISOString();
  const end = isOrphan ? { state: batchEnd.stage, closeReason: batchEnd.reason, closedAt } : undefined;
  const counts = { ...now.counts };
  for (const { before, after } of lost.values()) {
    counts[before.state] -= 1;
    counts[after.state] += 1;
  }
  if (end) {
    counts[end.state] += counts.queued;
    counts.queued = 0;
  }
  return {
    row: { ...now, counts, ...end },
    still(still) {
      if (still.closedAt !== undefined) return still;
      const after = lost.get(still.id)?.after;
      if (after) return { ...still, ...after, best: after.best ?? still.best, closeReason: after.reason, closedAt };
      return end && still.state === 'queued' ? { ...still, ...end } : still;
    },
    isOrphan: true,
  };
}

/** A still with its end, also one that is not written yet. */
export async function stillAsItIs(deps: World, still: StillRow): Promise<StillRow> {
  if (still.closedAt !== undefined) return still;
  const batch = await deps.stills.batch(still.tenantId, still.batchId);
  if (!batch) return still;
  const { still: asItIs } = await batchAsItIs(deps, batch);
  return asItIs((await deps.stills.find(still.tenantId, still.id)) ?? still);
}

interface Lost {
  before: StillRow;
  after: StillEnd;
}

async function lostStills(deps: World, { tenantId, id: batchId }: BatchRow): Promise<Map<string, Lost>> {
  const { stills } = deps;
  const underWay = await stills.underWay(tenantId, batchId);
  const found = await Promise.all(
    underWay.map(async ({ id, number, again, openedAt }): Promise<Lost | undefined> => {
      const end = await endNow(deps, 'still', newestStillWorkflowId({ batchId, number, again }), openedAt);
      const before = end && (await stills.find(tenantId, id));
      if (!before || before.closedAt !== undefined || before.again !== again) return undefined;
      return { before, after: endOfLost(before, end) };
    }),
  );
  return new Map(found.filter((lost) => lost !== undefined).map((lost) => [lost.before.id, lost]));
}

async function endNow(
  { runs }: Pick<World, 'runs'>,
  what: OrphanKind,
  workflowId: string,
  createdAt: string,
): Promise<OrphanEnd | undefined> {
  const { status } = await runs.lookUp(workflowId);
  return endOfOrphan(what, status, Date.now() - Date.parse(createdAt));
}
