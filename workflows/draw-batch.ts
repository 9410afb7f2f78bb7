// A batch of stills: a child workflow for each still, so many at once. A still that fails does not end its batch. After
// a number of stills the workflow continues as new, with no child open, so that its history stays short.

import {
  CancellationScope,
  CancelledFailure,
  continueAsNew,
  executeChild,
  log,
  ParentClosePolicy,
  setCurrentDetails,
} from '@temporalio/workflow';
import type { DrawBatchInput, StillCounts, StillPlan } from '../domain/stills/steps.ts';
import type { StillEndState } from '../domain/stills/still.ts';
import { drawStill } from './draw-still.ts';
import { failureOf, isCancelled, rethrowDefect } from './failure-code.ts';
import { drawStillStart } from './messages.ts';
import { stillRecords } from './steps.ts';
import { batchDetails } from './still-details.ts';

/** A still adds nine events at most: three of the child, and two tasks. So a run stays below 1,500. */
const STILLS_A_RUN = 150;
/** A plan is a few hundred bytes; a page of them stays far below what a payload may have. */
const PAGE = 50;

export async function drawBatch(input: DrawBatchInput): Promise<StillCounts> {
  const { tenantId, batchId } = input;
  const batch = new Batch(input);
  const close = (state: 'done' | 'cancelled' | 'failed', reason?: string) =>
    CancellationScope.nonCancellable(() =>
      stillRecords.closeBatch.executeWithOptions({ summary: `Close the batch as ${state}` }, [
        { tenantId, batchId, state, ...(reason === undefined ? {} : { reason }) },
      ]),
    );
  try {
    const next = await batch.drawAll();
    if (next) await continueAsNew<typeof drawBatch>(next);
  } catch (error) {
    rethrowDefect(error);
    await batch.drained();
    const wasCancelled = isCancelled(error);
    await close(
      wasCancelled ? 'cancelled' : 'failed',
      wasCancelled ? 'Cancelled on request.' : failureOf(error).message,
    );
    throw wasCancelled ? new CancelledFailure('Cancelled on request.') : error;
  }
  await close('done');
  return batch.counts;
}

class Batch {
  readonly #input: DrawBatchInput;
  readonly #drawing = new Map<number, Promise<void>>();
  counts: StillCounts;

  constructor(input: DrawBatchInput) {
    this.#input = input;
    this.counts = input.continued?.counts ?? {};
    this.#show();
  }

  /** Draws the stills that have not ended; answers the input of the next run where this one has had its share. */
  async drawAll(): Promise<DrawBatchInput | undefined> {
    const { tenantId, batchId, atOnce, continued } = this.#input;
    let after = continued?.after ?? 0;
    for (let begun = 0; begun < STILLS_A_RUN; ) {
      const limit = Math.min(PAGE, STILLS_A_RUN - begun);
      const { stills, last } = await stillRecords.nextStills.executeWithOptions(
        { summary: `The next stills after ${after}` },
        [{ tenantId, batchId, after, limit }],
      );
      for (const plan of stills) {
        while (this.#drawing.size >= atOnce) await Promise.race(this.#drawing.values());
        throwIfCancelled();
        this.#begin(plan);
        after = plan.number;
        begun += 1;
      }
      if (last || stills.length === 0) {
        await this.#ended();
        return undefined;
      }
    }
    await this.#ended();
    return { ...this.#input, continued: { after, counts: this.counts } };
  }

  /** Until no still is under way, however each ends. */
  async drained(): Promise<void> {
    await Promise.all(this.#drawing.values());
  }

  async #ended(): Promise<void> {
    await this.drained();
    throwIfCancelled();
  }

  #begin(plan: StillPlan): void {
    const { number } = plan;
    const drawn = this.#draw(plan).then((state) => {
      this.#drawing.delete(number);
      this.counts = { ...this.counts, [state]: (this.counts[state] ?? 0) + 1 };
      this.#show();
    });
    this.#drawing.set(number, drawn);
    this.#show();
  }

  async #draw(plan: StillPlan): Promise<StillEndState> {
    try {
      const end = await executeChild(drawStill, {
        ...drawStillStart({ ...plan, ...pauseOf(this.#input) }),
        // A batch that is terminated does not take its stills along: they stop what they have paid for.
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      });
      return end.state;
    } catch (error) {
      rethrowDefect(error);
      if (isCancelled(error)) return 'cancelled';
      log.error('the workflow of a still failed', { number: plan.number, error: String(error) });
      return 'failed';
    }
  }

  #show(): void {
    setCurrentDetails(batchDetails(this.#input.stills, this.counts, [...this.#drawing.keys()]));
  }
}

const pauseOf = ({ reconcilePauseMs }: DrawBatchInput): Pick<StillPlan, 'reconcilePauseMs'> =>
  reconcilePauseMs === undefined ? {} : { reconcilePauseMs };

/** The children of a cancelled batch are cancelled with it, and none is begun. */
function throwIfCancelled(): void {
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('The batch was cancelled.');
}
