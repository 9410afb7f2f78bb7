// What a person does with a still that has ended: one more repair, a new drawing, or accepting it as it is; and stopping
// a batch.

import type { MicroUsd } from '../../domain/money.ts';
import { isBatchOpen } from '../../domain/stills/still.ts';
import { nameUuid } from '../name-uuid.ts';
import { requireAffordable } from '../payments/afford.ts';
import type { Ports } from '../ports/index.ts';
import type { BatchRow, StillRow } from '../ports/stills.ts';
import { notFound, Refusal } from '../refusal.ts';

export interface AskedAgain {
  kind: 'repair' | 'redraw';
  key: string;
  price: MicroUsd;
}

type StillWorld = Pick<Ports, 'stills' | 'stillRuns' | 'books'>;

/**
 * The still with one more pass begun, once for a key. Its highest price rises by that of the pass. Refusals:
 * still_running, budget_exceeded, invalid_request for the repair of a still that has no picture.
 */
export async function drawAgain(deps: StillWorld, still: StillRow, asked: AskedAgain): Promise<StillRow> {
  const { stills, stillRuns, books } = deps;
  const { tenantId, id: stillId } = still;
  refuseRepairOfNothing(still, asked.kind);
  const id = nameUuid([tenantId, stillId, asked.kind, asked.key].join('\n'));
  requireAffordable(await books.budget(tenantId), asked.price);
  const opened = await stills.again(tenantId, stillId, { id, kind: asked.kind, price: asked.price });
  if (opened === undefined) throw notFound();
  if (opened === 'running') {
    const next = `Wait until it has ended: GET /v1/stills/${still.batchId}/frames/${stillId} shows it.`;
    throw new Refusal('still_running', `Still ${still.number} is being drawn. ${next}`);
  }
  await stillRuns.again(opened.plan, opened.number);
  return (await stills.find(tenantId, stillId)) ?? still;
}

/** Refusal: invalid_request. */
export function refuseRepairOfNothing({ number, best }: StillRow, kind: AskedAgain['kind']): void {
  if (kind === 'redraw' || best !== undefined) return;
  throw new Refusal('invalid_request', `Still ${number} has no picture that could be repaired. Draw it anew: redraw.`);
}

/** The still as it is accepted, in spite of its findings. Refusals: still_running, still_not_flagged. */
export async function acceptStill(
  { stills }: Pick<StillWorld, 'stills'>,
  still: StillRow,
  by: string,
  reason: string,
): Promise<StillRow> {
  const { tenantId, id, number } = still;
  const outcome = await stills.accept(tenantId, id, by, reason);
  if (outcome === undefined) throw notFound();
  const now = (await stills.find(tenantId, id)) ?? still;
  if (outcome === 'done') return now;
  if (now.closedAt === undefined) {
    throw new Refusal(
      'still_running',
      `Still ${number} is being drawn. Wait until it has ended, then look at it again.`,
    );
  }
  const detail = `Still ${number} is ${now.state}: only a flagged one waits for a person to accept it.`;
  throw new Refusal('still_not_flagged', detail);
}

/** Asks a batch to stop. Refusal: run_ended. */
export async function stopBatch({ stillRuns }: Pick<StillWorld, 'stillRuns'>, batch: BatchRow): Promise<void> {
  if (!isBatchOpen(batch.state)) {
    const detail = `The batch has ended: ${batch.state}. ${batch.closeReason ?? ''}`.trim();
    throw new Refusal('run_ended', detail);
  }
  await stillRuns.cancel(batch.id);
}
