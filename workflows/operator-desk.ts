// Paid requests whose fate is unclear: looked up first, and when nobody can tell, left to an operator. Nothing here
// posts a request.

import { ApplicationFailure, condition } from '@temporalio/workflow';
import type { IdentityState } from '../domain/identity-state.ts';
import type { CallSettlement, UpdateRefusal } from './messages.ts';
import type { Run } from './run.ts';
import { look, records } from './steps.ts';

export class OperatorDesk {
  readonly #run: Run;
  readonly #settlements = new Map<string, CallSettlement>();

  constructor(run: Run) {
    this.#run = run;
  }

  validate(settlement: CallSettlement): void {
    if (!this.#run.state.unclearCalls.includes(settlement?.callKey)) {
      const message = `The request ${settlement?.callKey} does not wait for an operator.`;
      throw ApplicationFailure.create({ type: 'not_unclear' satisfies UpdateRefusal, message, nonRetryable: true });
    }
    if (!isOutcome(settlement)) {
      const message = 'The outcome is one of: adopt (with requestId), not_charged, give_up.';
      throw ApplicationFailure.create({
        type: 'malformed_settlement' satisfies UpdateRefusal,
        message,
        nonRetryable: true,
      });
    }
  }

  settle(settlement: CallSettlement): IdentityState {
    this.#settlements.set(settlement.callKey, settlement);
    const left = this.#run.state.unclearCalls.filter((key) => key !== settlement.callKey);
    this.#run.change({ unclearCalls: left });
    return this.#run.state;
  }

  /** Finds out what became of these requests, however long that takes; afterwards the step may be tried again. */
  async clear(callKeys: readonly string[]): Promise<void> {
    const unclear: string[] = [];
    for (const callKey of callKeys) {
      const summary = `Look for ${callKey} at the provider`;
      const { found } = await look.reconcileCall.executeWithOptions({ summary }, [{ callKey }]);
      if (!found) unclear.push(callKey);
    }
    if (unclear.length === 0) return;
    this.#run.enter('needs_operator', { unclearCalls: unclear });
    await records.notifyPeople.executeWithOptions({ summary: 'Tell operators: a payment is unclear' }, [
      { ...this.#run.ref, notice: { kind: 'needs_operator', callKeys: unclear } },
    ]);
    await condition(() => this.#run.state.unclearCalls.length === 0);
    for (const callKey of unclear) {
      const settlement = this.#settlements.get(callKey);
      if (!settlement) continue;
      const summary = `Write down: ${callKey} ${settlement.outcome}`;
      await look.settleUnclearCall.executeWithOptions({ summary }, [settlement]);
      this.#settlements.delete(callKey);
    }
  }
}

function isOutcome(settlement: CallSettlement): boolean {
  if (settlement.outcome === 'adopt') return typeof settlement.requestId === 'string' && settlement.requestId !== '';
  return settlement.outcome === 'not_charged' || settlement.outcome === 'give_up';
}
