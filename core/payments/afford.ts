// Refuses a start or a continuation of a run that could not be paid. The answer holds for this moment: the ledger
// decides when the request is made.

import { type BudgetUse, budgetRefusal, fits } from '../../domain/budget.ts';
import { type NextStep, sentBefore } from '../../domain/decision.ts';
import type { MicroUsd } from '../../domain/money.ts';
import { identitySubject } from '../../domain/provider-call.ts';
import type { MonthBudget, Spend } from '../ports/books.ts';
import type { IdentityRow } from '../ports/identities.ts';
import type { Ports } from '../ports/index.ts';
import { Refusal } from '../refusal.ts';
import { priceOfRun } from './run-price.ts';

const NOTHING: Spend = { reserved: 0, charged: 0 };

/**
 * The tenant's budget, when `wanted` fits the rest of the month and of the identity; else 409.
 *
 * @param spent by the identity so far.
 */
export async function affordable(
  { books }: Pick<Ports, 'books'>,
  tenantId: string,
  wanted: MicroUsd,
  spent?: Spend,
): Promise<MonthBudget> {
  return requireAffordable(await books.budget(tenantId), wanted, spent);
}

/** The same for a known budget. Answers that budget. */
export function requireAffordable(month: MonthBudget, wanted: MicroUsd, spent: Spend = NOTHING): MonthBudget {
  const refusal = refusalOf(month, wanted, spent);
  if (refusal !== undefined) throw new Refusal('budget_exceeded', refusal);
  return month;
}

/** Why `wanted` does not fit a known budget; undefined when it fits. */
export function refusalOf(month: MonthBudget, wanted: MicroUsd, spent: Spend = NOTHING): string | undefined {
  const identity: BudgetUse = { ...spent, cap: month.identityCap };
  if (!fits(identity, wanted)) return budgetRefusal('identity', identity, wanted);
  return fits(month, wanted) ? undefined : budgetRefusal('month', month, wanted);
}

/**
 * Refuses (409) a rejection whose next step could not be paid: the run would fail, and its paid training would be lost.
 * What the run itself refuses, or has accepted before, is left to the run.
 */
export async function affordableNext(
  deps: Pick<Ports, 'books' | 'imageUnits' | 'models' | 'runs'>,
  row: IdentityRow,
  decision: { decisionId: string; round: number; next: NextStep },
): Promise<void> {
  if (decision.next === 'abandon') return;
  const { pixels } = await deps.imageUnits.megapixel();
  const { testImages, total } = priceOfRun(deps, row, pixels);
  const wanted = decision.next === 'retrain' ? total : testImages;
  try {
    await affordable(deps, row.tenantId, wanted, await deps.books.spend(row.tenantId, identitySubject(row.id)));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { stage, round, decisions } = await deps.runs.state(row.id);
    const taken = sentBefore(
      decisions.map((made) => made.decision),
      { ...decision, verdict: 'reject' },
    );
    if (stage === 'awaiting_approval' && round === decision.round && !taken) throw error;
  }
}
