// A tenant's budget in dollars, with its rest and a warning.

import type { MonthBudget } from '../core/ports/books.ts';
import { isNearlySpent, leftOf } from '../domain/budget.ts';
import { CURRENCY, type MicroUsd, usd } from '../domain/money.ts';
import type { Budget } from './schemas/budget.ts';

/** `wanted`: the warning counts this amount as spent. */
export function budgetAnswer(budget: MonthBudget, wanted: MicroUsd = 0): Budget {
  return {
    month: budget.month,
    cap: usd(budget.cap),
    ownCap: budget.ownCap,
    reserved: usd(budget.reserved),
    charged: usd(budget.charged),
    left: usd(leftOf(budget)),
    warning: isNearlySpent(budget, wanted),
    identityCap: usd(budget.identityCap),
    currency: CURRENCY,
  };
}
