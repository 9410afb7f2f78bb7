// An operator's settlement of a paid request whose fate is unclear: its validation, and how it is recorded.

import { ApplicationFailure } from '@temporalio/workflow';
import { failureOf, isCancelled, rethrowDefect } from './failure-code.ts';
import type { CallSettlement, UpdateRefusal } from './messages.ts';
import { settlementPoll } from './steps.ts';

/** Throws when the settlement is malformed. */
export function refuseMalformed(settlement: CallSettlement): void {
  if (isOutcome(settlement)) return;
  throw refusal('malformed_settlement', 'The outcome is one of: adopt (with requestId), not_charged, give_up.');
}

/** As `refuseMalformed`, and refuses a settlement of another request. */
export function refuseForeign(settlement: CallSettlement, callKey: string): void {
  if (settlement?.callKey !== callKey)
    throw refusal('not_unclear', `This workflow settles only the request ${callKey}.`);
  refuseMalformed(settlement);
}

/** Records the settlement before it counts: one that the ledger or the provider contradicts changes nothing. */
export async function writeDown(settlement: CallSettlement): Promise<void> {
  const { callKey, outcome } = settlement;
  try {
    const summary = `Write down: ${callKey} ${outcome}`;
    await settlementPoll.settleUnclearCall.executeWithOptions({ summary }, [settlement]);
  } catch (error) {
    rethrowDefect(error);
    if (isCancelled(error)) throw error;
    const { code, message } = failureOf(error);
    const wrongWord = code === 'NotFound' || code === 'Internal';
    throw refusal(wrongWord ? 'malformed_settlement' : code, `The outcome could not be recorded: ${message}`);
  }
}

export function refusal(
  type: UpdateRefusal | ReturnType<typeof failureOf>['code'],
  message: string,
): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: true });
}

function isOutcome(settlement: CallSettlement): boolean {
  if (settlement.outcome === 'adopt') return typeof settlement.requestId === 'string' && settlement.requestId !== '';
  return settlement.outcome === 'not_charged' || settlement.outcome === 'give_up';
}
