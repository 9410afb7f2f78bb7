// The rows of a batch and of its stills, as their workflows write them.

import { fits } from '../../domain/budget.ts';
import { Failure } from '../../domain/failure.ts';
import { drawPrice, repaintPrice } from '../../domain/stills/price.ts';
import type { StillRecordSteps } from '../../domain/stills/steps.ts';
import { announceBatch, announceFlagged } from '../notices/announce.ts';
import type { Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
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

/** Also tells the tenant when a person has to look: once, also when a retry finds the still closed. */
export function closeStill(ports: Pick<Ports, 'stills' | 'outbox' | 'dispatch'>): Work<StillRecordSteps['closeStill']> {
  const { stills } = ports;
  return async ({ tenantId, stillId, state, best, repairs, reason }) => {
    await stills.close(tenantId, stillId, { state, best, repairs, reason });
    const still = await stills.find(tenantId, stillId);
    if (still?.state === 'flagged') await announceFlagged(ports, still);
  };
}

/** Also tells the tenant: once, also when a retry finds the batch closed. */
export function closeBatch(ports: Pick<Ports, 'stills' | 'outbox' | 'dispatch'>): Work<StillRecordSteps['closeBatch']> {
  const { stills } = ports;
  return async ({ tenantId, batchId, state, reason }) => {
    await stills.closeBatch(tenantId, batchId, { state, reason });
    const batch = await stills.batch(tenantId, batchId);
    if (batch) await announceBatch(ports, batch);
  };
}
