// The paid passes of a still. One that the budget refuses waits; one whose payment is unclear is looked for before it is
// asked for again. Nothing here posts a request twice: the ledger has a row for each picture.

import { CancellationScope, condition, sleep, workflowInfo } from '@temporalio/workflow';
import { stillCallKey } from '../domain/keys.ts';
import { type NextPass, picturesOf } from '../domain/stills/next-pass.ts';
import type { MadePicture, StillRef } from '../domain/stills/steps.ts';
import type { Pass } from '../domain/stills/still.ts';
import { failureCode, isCancelled, rethrowDefect } from './failure-code.ts';
import { budgetWait, search, stillPictures } from './steps.ts';

/** Seven looks in a quarter of an hour. */
const LOOK_PAUSE_MS = 15_000;

/**
 * Milliseconds before a wait for the budget that follows one in vain: the ledger refused what the wait had found to fit.
 * Stills of one batch compete for a small rise; the pauses bound what that adds to the history.
 */
const FIRST_BUDGET_PAUSE_MS = 60_000;
const LONGEST_BUDGET_PAUSE_MS = 3_600_000;

export class StillPayments {
  readonly #ref: StillRef;
  #open: readonly string[] = [];
  #hinted = false;
  readonly #lookPauseMs: number;

  constructor(ref: StillRef, lookPauseMs = LOOK_PAUSE_MS) {
    this.#ref = ref;
    this.#lookPauseMs = lookPauseMs;
  }

  /** The keys of pictures that may be open at the provider, for compensations. */
  get openCalls(): readonly string[] {
    return this.#open;
  }

  /** The webhook's signal: the ledger may have the request id now. */
  hint(): void {
    this.#hinted = true;
  }

  /** Makes the pictures of a pass; answers the last. Fails when the payment of one stays unclear. */
  async pay({ pass, picture }: Extract<NextPass, { kind: 'pass' }>): Promise<MadePicture> {
    const { workflowId } = workflowInfo();
    // Set before the request, so that a cancel during it is compensated too.
    this.#open = picturesOf(pass, picture).map((number) => stillCallKey(this.#ref.stillId, number));
    for (let waits = 0; ; ) {
      try {
        const made = await stillPictures.makeStill.executeWithOptions({ summary: summaryOf(pass, picture) }, [
          { ...this.#ref, picture, pass, workflowId },
        ]);
        this.#open = [];
        return made;
      } catch (error) {
        rethrowDefect(error);
        if (isCancelled(error)) throw error;
        const code = failureCode(error);
        if (code === 'BudgetExceeded') await this.#waitForBudget({ pass, picture }, waits++);
        else if (code !== 'SubmissionUnknown' || !(await this.#becomesClear())) throw error;
      }
    }
  }

  async #waitForBudget(asked: { pass: Pass; picture: number }, waits: number): Promise<void> {
    if (waits > 0) {
      const pauseMs = Math.min(FIRST_BUDGET_PAUSE_MS * 2 ** (waits - 1), LONGEST_BUDGET_PAUSE_MS);
      await sleep(pauseMs, { summary: 'before the budget is asked again' });
    }
    await budgetWait.waitForBudget.executeWithOptions({ summary: 'Wait until the budget allows it' }, [
      { ...this.#ref, ...asked },
    ]);
  }

  /** Whether the ledger knows in the end what became of each picture. */
  async #becomesClear(): Promise<boolean> {
    for (const callKey of this.#open) {
      try {
        await this.#found(callKey);
      } catch (error) {
        rethrowDefect(error);
        if (isCancelled(error)) throw error;
        // Without a row it was not paid for, and none after it: a face is painted on the picture before.
        return failureCode(error) === 'NotFound';
      }
    }
    return true;
  }

  /** The webhook's hint begins the search anew, because the pauses grow. */
  async #found(callKey: string): Promise<void> {
    const { findCall } = search(this.#lookPauseMs);
    const look = () => findCall.executeWithOptions({ summary: `Look for ${callKey} at the provider` }, [{ callKey }]);
    for (;;) {
      this.#hinted = false;
      const searching = new CancellationScope();
      const found = searching.run(look).then(() => true);
      // When the hint wins, the search that is cancelled must not count as an unhandled failure.
      found.catch(() => undefined);
      if (await Promise.race([found, condition(() => this.#hinted).then(() => false)])) return;
      searching.cancel();
    }
  }
}

function summaryOf(pass: Pass, picture: number): string {
  if (pass.kind === 'draw') return `Picture ${picture}: draw the scene, seed ${pass.seed}`;
  const members = pass.faces.map(({ member }) => member + 1).join(', ');
  return `Picture ${picture}: repaint character ${members} on picture ${pass.base}`;
}
