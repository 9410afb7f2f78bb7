// One still: drawn, checked face by face, and repaired within its bounds; the best picture is kept, and what is still
// wrong is said. The child of a batch, or by itself where a person asks for one more pass.

import { CancellationScope, CancelledFailure, log, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { CheckedPass } from '../domain/stills/best-picture.ts';
import { cancelledEarly, endedEarly, type Progress } from '../domain/stills/ended-early.ts';
import { nextPass, repairsOf } from '../domain/stills/next-pass.ts';
import type { StillEnd, StillPlan, StillRef } from '../domain/stills/steps.ts';
import { cancelCalls, cancelReason } from './cancel-calls.ts';
import { failureCode, failureOf, isCancelled, rethrowDefect } from './failure-code.ts';
import { leaveToSettle, mayBeOpen } from './leave-to-settle.ts';
import { trainingSettled } from './messages.ts';
import { stillChecks, stillRecords, stillStates } from './steps.ts';
import { stillDetails } from './still-details.ts';
import { StillPayments } from './still-payments.ts';

export async function drawStill(plan: StillPlan): Promise<StillEnd> {
  const { tenantId, batchId, stillId, number } = plan;
  const ref: StillRef = { tenantId, batchId, stillId, number };
  const payments = new StillPayments(ref, plan.reconcilePauseMs);
  const drawing = new Drawing(plan, ref, payments);
  setHandler(trainingSettled, () => payments.hint());
  let end: StillEnd;
  let wasCancelled = false;
  try {
    end = await drawing.untilItEnds();
  } catch (error) {
    rethrowDefect(error);
    wasCancelled = isCancelled(error);
    end = await CancellationScope.nonCancellable(() => (wasCancelled ? drawing.cancelled() : drawing.broken(error)));
  }
  // The end is decided: a cancel is too late now.
  await CancellationScope.nonCancellable(() =>
    stillRecords.closeStill.executeWithOptions({ summary: `Close still ${number} as ${end.state}` }, [
      { ...ref, ...end },
    ]),
  );
  drawing.show(end);
  if (wasCancelled) throw new CancelledFailure('Cancelled on request.');
  return end;
}

class Drawing {
  readonly #plan: StillPlan;
  readonly #ref: StillRef;
  readonly #payments: StillPayments;
  readonly #history: CheckedPass[] = [];
  /** A picture that is paid for and not checked yet. */
  #unchecked: number | undefined;
  /** Repairs that were begun, also one that failed. */
  #repairs: number;

  constructor(plan: StillPlan, ref: StillRef, payments: StillPayments) {
    this.#plan = plan;
    this.#ref = ref;
    this.#payments = payments;
    this.#repairs = repairsOf(plan, []);
  }

  async untilItEnds(): Promise<StillEnd> {
    for (;;) {
      const next = nextPass(this.#plan, this.#history);
      if (next.kind === 'end') return { state: next.state, best: next.best, repairs: this.#repairs };
      const { pass, repair } = next;
      if (repair) this.#repairs += 1;
      await this.#enter(repair ? 'repairing' : 'drawing');
      const made = await this.#payments.pay(next);
      this.#unchecked = made.number;
      await this.#enter('checking');
      const check = await stillChecks.checkStill.executeWithOptions({ summary: `Check picture ${made.number}` }, [
        { ...this.#ref, picture: made.number },
      ]);
      this.#unchecked = undefined;
      this.#history.push({ pass, repair, made, check });
    }
  }

  /** Stops what is paid for. A still that a person asked for again keeps what it had before. */
  async cancelled(): Promise<StillEnd> {
    const reason = cancelReason(await cancelCalls(this.#payments.openCalls));
    return cancelledEarly(this.#plan, this.#progress, reason);
  }

  /** The best picture so far is kept, and a request that may be open is settled by another workflow. */
  async broken(error: unknown): Promise<StillEnd> {
    const code = failureCode(error);
    const { message } = failureOf(error);
    log.warn('a still ended by a failure', { code, message });
    if (mayBeOpen(code)) await leaveToSettle(this.#payments.openCalls);
    const end = endedEarly(this.#plan, this.#progress, message);
    // One that a person asked for again stays what it was before.
    return code === 'VersionRefused' && !this.#plan.again?.best ? { ...end, state: 'refused' } : end;
  }

  show(now: string | StillEnd): void {
    setCurrentDetails(stillDetails(now, this.#history));
  }

  async #enter(state: 'drawing' | 'checking' | 'repairing'): Promise<void> {
    this.show(state);
    try {
      await stillStates.saveStillState.executeWithOptions({ summary: `Show the state ${state}` }, [
        { ...this.#ref, state },
      ]);
    } catch (error) {
      rethrowDefect(error);
      if (isCancelled(error)) throw error;
      log.warn('the state of a still could not be shown', { state, error: String(error) });
    }
  }

  get #progress(): Progress {
    return { history: this.#history, unchecked: this.#unchecked, repairs: this.#repairs };
  }
}
