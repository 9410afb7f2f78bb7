// Paid requests whose fate is unclear: looked for again and again, and when that takes too long, an operator is asked
// beside it. Whoever knows first, the webhook, the provider's listing or the operator, lets the run go on. Nothing here
// posts a request.

import { condition } from '@temporalio/workflow';
import type { IdentityState } from '../domain/identity-state.ts';
import type { Stage } from '../domain/stage.ts';
import { isCancelled, rethrowDefect } from './broken-run.ts';
import { enterInRow } from './enter-in-row.ts';
import type { CallSettlement } from './messages.ts';
import type { Run } from './run.ts';
import { refusal, refuseMalformed, writeDown } from './settlement.ts';
import { reconciliation, records } from './steps.ts';

/** However long it is waited: a provider may list a request late, and an operator may be away. */
const LONGEST_PAUSE_MS = 24 * 3_600_000;

export class OperatorDesk {
  readonly #run: Run;
  readonly #settled = new Set<string>();
  #hinted = false;
  /** What the run was at when an operator had to be asked. */
  #interrupted: Stage | undefined;

  constructor(run: Run) {
    this.#run = run;
  }

  /** The webhook's signal: the ledger may know by now. */
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
    this.#isClear(callKey);
    return this.#run.state;
  }

  /**
   * Finds out what became of these requests, however long that takes, and answers those that are clear as soon as any
   * is: their step may be tried again. The run goes back to its stage when no request waits for an operator any more.
   */
  async clear(callKeys: readonly string[]): Promise<string[]> {
    const { reconcileLooks, reconcilePauseMs } = this.#run.settings;
    for (const callKey of callKeys) this.#settled.delete(callKey);
    let unclear = await this.#look(callKeys);
    for (let looks = 1; unclear.length === callKeys.length; looks++) {
      if (looks === reconcileLooks) await this.#askOperator(unclear);
      // Each pause as long as all before it: soon at first, and for weeks without filling the history.
      const pauseMs = Math.min(reconcilePauseMs * 2 ** (looks - 1), LONGEST_PAUSE_MS);
      const isSettled = () => unclear.some((callKey) => this.#settled.has(callKey));
      await condition(() => this.#hinted || isSettled(), pauseMs, { summary: 'until the next look' });
      unclear = await this.#look(unclear.filter((callKey) => !this.#settled.has(callKey)));
    }
    await this.#goOn();
    return callKeys.filter((callKey) => !unclear.includes(callKey));
  }

  /** Those of the requests that are still unclear. */
  async #look(callKeys: readonly string[]): Promise<string[]> {
    this.#hinted = false;
    const unclear: string[] = [];
    for (const callKey of callKeys) {
      if (await this.#isFound(callKey)) this.#isClear(callKey);
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
      // Whoever can't look has not found: a run that may have paid does not end because of that.
      if (isCancelled(error)) throw error;
      return false;
    }
  }

  async #askOperator(unclear: string[]): Promise<void> {
    const { stage } = this.#run.state;
    if (stage !== 'needs_operator') this.#interrupted = stage;
    this.#run.enter('needs_operator', { unclearCalls: unclear });
    await records.notifyPeople.executeWithOptions({ summary: 'Tell operators: a payment is unclear' }, [
      { ...this.#run.ref, notice: { kind: 'needs_operator', callKeys: unclear } },
    ]);
  }

  async #goOn(): Promise<void> {
    const stage = this.#interrupted;
    if (!stage || this.#run.state.unclearCalls.length > 0) return;
    this.#interrupted = undefined;
    await enterInRow(this.#run, stage);
  }

  #isClear(callKey: string): void {
    const { unclearCalls } = this.#run.state;
    if (!unclearCalls.includes(callKey)) return;
    this.#run.change({ unclearCalls: unclearCalls.filter((key) => key !== callKey) });
  }
}
