// Stopping a batch.

import { isBatchOpen } from '../../domain/stills/still.ts';
import { isGone } from '../orphans/as-it-is.ts';
import { batchAsItIs } from '../orphans/stills-as-they-are.ts';
import type { Ports } from '../ports/index.ts';
import type { BatchRow } from '../ports/stills.ts';
import { Refusal } from '../refusal.ts';
import { runBatch } from './start-batch.ts';

/**
 * Asks a batch to stop; starts it first when a crash left it out. A sweep closes one whose workflow is gone. Refusal:
 * run_ended.
 */
export async function stopBatch(
  deps: Pick<Ports, 'stills' | 'stillRuns' | 'runs' | 'log'>,
  batch: BatchRow,
): Promise<void> {
  const { stills, stillRuns } = deps;
  if (!isBatchOpen(batch.state)) throw batchEnded(batch);
  try {
    await stillRuns.cancel(batch.id);
  } catch (error) {
    if (!isGone(error)) throw error;
    const now = (await stills.batch(batch.tenantId, batch.id)) ?? batch;
    if (!isBatchOpen(now.state)) throw batchEnded(now, error);
    const { row } = await batchAsItIs(deps, now);
    if (!isBatchOpen(row.state)) return;
    await runBatch(deps, now);
    await stillRuns.cancel(batch.id);
  }
}

function batchEnded({ state, closeReason }: BatchRow, cause?: unknown): Refusal {
  return new Refusal('run_ended', `The batch has ended: ${state}. ${closeReason ?? ''}`.trim(), { cause });
}
