// Spending limits: of a tenant in a month (UTC), of an identity and of a still over its life, and of a batch of stills. The ledger enforces both in the
// transaction that reserves. The API checks them earlier, so that no run starts that cannot be paid.

import { formatUsd, type MicroUsd } from './money.ts';

/** US dollars, where neither the settings nor the tenant say otherwise. */
export const DEFAULT_CAPS_USD = { month: 200, identity: 20 } as const;

/** From this share of a cap on, people are warned. */
const WARNING_SHARE = 0.8;

/** The cap that an answer is about. */
export const BUDGET_SCOPES = ['month', 'identity', 'batch', 'still'] as const;
export type BudgetScope = (typeof BUDGET_SCOPES)[number];

export interface BudgetUse {
  cap: MicroUsd;
  /** By requests that have not ended. */
  reserved: MicroUsd;
  charged: MicroUsd;
}

/** Never below zero, although a cap may be lowered below the amount already spent. */
export function leftOf({ cap, reserved, charged }: BudgetUse): MicroUsd {
  return Math.max(0, cap - reserved - charged);
}

/** The rule of `open_provider_call` in the database: the cap may be reached, and not passed. */
export function fits({ cap, reserved, charged }: BudgetUse, wanted: MicroUsd): boolean {
  return reserved + charged + wanted <= cap;
}

/** Whether 80 % of the cap are spent or reserved, with `wanted` included. */
export function isNearlySpent({ cap, reserved, charged }: BudgetUse, wanted: MicroUsd = 0): boolean {
  return reserved + charged + wanted >= cap * WARNING_SHARE;
}

const CAP_TEXT: Record<BudgetScope, (cap: string) => string> = {
  month: (cap) => `of the monthly budget of ${cap}`,
  identity: (cap) => `of the ${cap} that one identity may cost`,
  batch: (cap) => `of the ${cap} that this batch may cost`,
  still: (cap) => `of the ${cap} that was stated for this still`,
};

const RAISE_BUDGET: Record<BudgetScope, string> = {
  month: 'Raise it with PUT /v1/budget, or wait for the next month (UTC).',
  identity: 'Raise LIKENESS_IDENTITY_CAP_USD of the API and the workers, or take fewer training steps.',
  batch: 'Raise it with PUT /v1/stills/{batchId}/budget.',
  still: 'Ask for another repair or redraw: its price is added.',
};

/** Why `wanted` does not fit: the cap, the amounts, and the next step. */
export function budgetRefusal(scope: BudgetScope, use: BudgetUse, wanted: MicroUsd): string {
  const { cap, reserved, charged } = use;
  return (
    `This may cost ${formatUsd(wanted)}, but only ${formatUsd(leftOf(use))} ${CAP_TEXT[scope](formatUsd(cap))} is left: ` +
    `${formatUsd(charged)} is charged, and open requests reserve ${formatUsd(reserved)}. ${RAISE_BUDGET[scope]}`
  );
}
