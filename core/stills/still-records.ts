// The rows of a batch and of its stills, as their workflows write them.

import { fits } from '../../domain/budget.ts';
import { Failure } from '../../domain/failure.ts';
import type { OrphanEnd } from '../../domain/orphan.ts';
import { drawPrice, repaintPrice } from '../../domain/stills/price.ts';
import type { BatchRef, StillRecordSteps, StillRef } from '../../domain/stills/steps.ts';
import { announceBatch, announceFlagged } from '../notices/announce.ts';
import type { Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import { endOfLost } from './lost-still.ts';
import { pricedStill } from './priced-still.ts';

/** Milliseconds between two looks at a budget that has no room. */
const LOOK_AGAIN_MS = 15_000;

export function nextStills({ stills }: Pick<Ports, 'stills'>): Work<StillRecordSteps['nextStills']> {
  return async ({ tenantId, batchId, after, limit }) => {
    const plans = await stills.plans(tenantId, batchId, after, limit + 1);
    return { stills: plans.slice(0, limit), last: plans.length <= limit };
  };
}

/**
 * Ends once what is missing of the pass fits into the still's cap, the batch's budget and the tenant's month. The
 * ledger decides when the request is made; this only waits for a good moment.
 */
export function waitForBudget(
  ports: Pick<Ports, 'stills' | 'books' | 'models' | 'imageUnits'>,
): Work<StillRecordSteps['waitForBudget']> {
  const { stills, books } = ports;
  return async ({ tenantId, batchId, stillId, picture, pass }) => {
    const [still, batch] = await Promise.all([stills.find(tenantId, stillId), stills.batch(tenantId, batchId)]);
    if (!still || !batch) throw new Failure('NotFound', `The still ${stillId} is gone.`);
    const { pixels } = await ports.imageUnits.megapixel();
    const priced = pricedStill(ports.models, still.manifest, pixels);
    const made = still.pictures.filter(({ number }) => number >= picture).length;
    const wanted =
      pass.kind === 'draw' ? drawPrice(priced) : Math.max(0, pass.faces.length - made) * repaintPrice(priced);
    if (!fits({ ...still.cost, cap: still.cap }, wanted)) {
      throw new Failure(
        'BudgetExceeded',
        'This would cost more than was stated for the still. Ask for another repair.',
      );
    }
    if (fits({ ...batch.cost, cap: batch.budget }, wanted) && fits(await books.budget(tenantId), wanted)) {
      await stills.saveBatchState(tenantId, batchId, 'running');
      return;
    }
    await stills.saveBatchState(tenantId, batchId, 'waiting_for_budget');
    throw new Failure('NotReadyYet', 'The budget of the batch or of the month has no room. Raise it to go on.', {
      retryAfterMs: LOOK_AGAIN_MS,
    });
  };
}

type Closing = Pick<Ports, 'stills' | 'outbox' | 'dispatch'>;

export function closeStill(ports: Closing): Work<StillRecordSteps['closeStill']> {
  return ({ tenantId, stillId, state, best, repairs, reason }) =>
    endStill(ports, { tenantId, stillId }, { state, best, repairs, reason });
}

/** Also tells the tenant when a person has to look: once, also when a retry finds the still closed. */
export async function endStill(
  ports: Closing,
  { tenantId, stillId }: Pick<StillRef, 'tenantId' | 'stillId'>,
  end: Parameters<Ports['stills']['close']>[2],
): Promise<void> {
  const { stills } = ports;
  await stills.close(tenantId, stillId, end);
  const still = await stills.find(tenantId, stillId);
  if (still?.state === 'flagged') await announceFlagged(ports, still);
}

export function closeBatch(ports: Closing): Work<StillRecordSteps['closeBatch']> {
  return async ({ tenantId, batchId, state, reason }) => {
    const lost: OrphanEnd = {
      stage: state === 'cancelled' ? 'cancelled' : 'failed',
      reason: reason ?? 'Its workflow ended without it. Redraw it; a picture that was made before is kept.',
    };
    for (const { id: stillId, again } of await ports.stills.underWay(tenantId, batchId)) {
      // None of the batch's own is drawn any more. Further passes have workflows of their own.
      if (again === 0) await endLost(ports, { tenantId, stillId, again }, lost);
    }
    await endBatch(ports, { tenantId, batchId }, { state, reason });
  };
}

/** Also tells the tenant: once, also when a retry finds the batch closed. */
export async function endBatch(
  ports: Closing,
  { tenantId, batchId }: BatchRef,
  end: Parameters<Ports['stills']['closeBatch']>[2],
): Promise<void> {
  const { stills } = ports;
  await stills.closeBatch(tenantId, batchId, end);
  const batch = await stills.batch(tenantId, batchId);
  if (batch) await announceBatch(ports, batch);
}

/** Ends a still whose workflow is gone, if this further pass is its newest. */
export async function endLost(
  ports: Closing,
  { tenantId, stillId, again }: Pick<StillRef, 'tenantId' | 'stillId'> & { again: number },
  end: OrphanEnd,
): Promise<void> {
  const row = await ports.stills.find(tenantId, stillId);
  if (!row || row.closedAt !== undefined || row.again !== again) return;
  const { state, best, repairs, reason } = endOfLost(row, end);
  await endStill(ports, { tenantId, stillId }, { state, best, repairs, reason, again });
}
