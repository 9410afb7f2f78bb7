// Paid requests whose fate is unclear. The desk searches for them repeatedly, and after a while asks an operator as
// well. The first answer, from the webhook, the provider's listing or the operator, continues the run. Nothing here
// posts a request.

import { condition } from '@temporalio/workflow';
import type { IdentityState } from '../domain/identity-state.ts';
import { isCancelled, rethrowDefect } from './failure-code.ts';
import type { CallSettlement } from './messages.ts';
import type { Run } from './run.ts';
import { saveStage } from './save-stage.ts';
import { refusal, refuseMalformed, writeDown } from './settlement.ts';
import { reconciliation, records } from './steps.ts';

/** The longest pause: a provider may list a request late, and an operator may be away. */
const LONGEST_PAUSE_MS = 24 * 3_600_000;

type TryAgain = (clear: readonly string[], unclear: readonly string[]) => Promise<string[]>;

export class OperatorDesk {
  readonly #run: Run;
  readonly #test: number | undefined;
  readonly #settled = new Set<string>();
  #hinted = false;

  /** `test`: the number of a test on request; none for a run. */
  constructor(run: Run, test?: number) {
    this.#run = run;
    this.#test = test;
  }

  /** The webhook's signal: the ledger may have the request id now. */
  hint(): void {
    this.#hinted = true;
  }

  validate(settlement: CallSettlement): void {
    if (!this.#run.state.unclearCalls.includes(settlement?.callKey)) {
      throw refusal('not_unclear', `The request ${settlement?.callKey} does not wait for an operator.`);
    }
    refuseMalformed(settlement);
  }

  async settle(settlement: CallSettlement): Promise<IdentityState> {
    const { callKey } = settlement;
    await writeDown(settlement);
    this.#settled.add(callKey);
    this.#run.callIsClear(callKey);
    return this.#run.state;
  }

  /**
   * Waits until these requests are clear. As soon as any is, it calls `tryAgain` with the clear ones and the others;
   * the answer is the requests that became unclear again. The run is in `needs_operator` only while a request waits for
   * an operator, then returns to its earlier stage.
   */
  async whileUnclear(callKeys: readonly string[], tryAgain: TryAgain = async () => []): Promise<void> {
    const { stage } = this.#run.state;
    for (let unclear = callKeys; unclear.length > 0; ) {
      const clear = await this.#anyClear(unclear);
      const { state } = this.#run;
      if (state.stage !== stage && state.unclearCalls.length === 0) {
        this.#run.returnTo(stage);
        await saveStage(this.#run);
      }
      const left = unclear.filter((callKey) => !clear.includes(callKey));
      unclear = [...left, ...(await tryAgain(clear, left))];
    }
  }

  /** The clear ones of the requests, as soon as there is one. */
  async #anyClear(callKeys: readonly string[]): Promise<string[]> {
    const { reconcileLooks, reconcilePauseMs } = this.#run.settings;
    for (const callKey of callKeys) this.#settled.delete(callKey);
    let unclear = await this.#look(callKeys);
    for (let looks = 1; unclear.length === callKeys.length; looks++) {
      if (looks === reconcileLooks) await this.#askOperator(unclear);
      // Each pause is as long as all before it: short at first, and weeks of waiting do not fill the history.
      const pauseMs = Math.min(reconcilePauseMs * 2 ** (looks - 1), LONGEST_PAUSE_MS);
      const isSettled = () => unclear.some((callKey) => this.#settled.has(callKey));
      await condition(() => this.#hinted || isSettled(), pauseMs, { summary: 'until the next look' });
      unclear = await this.#look(unclear.filter((callKey) => !this.#settled.has(callKey)));
    }
    return callKeys.filter((callKey) => !unclear.includes(callKey));
  }

  /** Those of the requests that are still unclear. */
  async #look(callKeys: readonly string[]): Promise<string[]> {
    this.#hinted = false;
    const unclear: string[] = [];
    for (const callKey of callKeys) {
      if (await this.#isFound(callKey)) this.#run.callIsClear(callKey);
      else unclear.push(callKey);
    }
    return unclear.filter((callKey) => !this.#settled.has(callKey));
  }

  async #isFound(callKey: string): Promise<boolean> {
    try {
      const summary = `Look for ${callKey} at the provider`;
      return (await reconciliation.reconcileCall.executeWithOptions({ summary }, [{ callKey }])).found;
    } catch (error) {
      rethrowDefect(error);
      // A failed search is not an answer: a run that may have paid does not end because of it.
      if (isCancelled(error)) throw error;
      return false;
    }
  }

  async #askOperator(unclear: string[]): Promise<void> {
    this.#run.askOperator(unclear);
    const test = this.#test === undefined ? {} : { test: this.#test };
    await records.notifyPeople.executeWithOptions({ summary: 'Tell operators: a payment is unclear' }, [
      { ...this.#run.ref, notice: { kind: 'needs_operator', callKeys: unclear, ...test } },
    ]);
  }
}
