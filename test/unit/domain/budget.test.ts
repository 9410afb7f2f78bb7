// What is left, when people are warned, and how a refusal reads.

import { describe, expect, it } from 'vitest';
import { budgetRefusal, fits, isNearlySpent, leftOf } from '../../../domain/budget.ts';

const DOLLAR = 1_000_000;
const use = (cap: number, reserved: number, charged: number) => ({ cap, reserved, charged });

describe('a budget', () => {
  it('has left what is neither charged nor reserved, and never less than nothing', () => {
    expect(leftOf(use(10, 3, 4))).toBe(3);
    expect(leftOf(use(10, 6, 6))).toBe(0);
  });

  it('may be reached to the last micro-dollar, and not passed', () => {
    expect(fits(use(10 * DOLLAR, DOLLAR, 7 * DOLLAR), 2 * DOLLAR)).toBe(true);
    expect(fits(use(10 * DOLLAR, DOLLAR, 7 * DOLLAR), 2 * DOLLAR + 1)).toBe(false);
    expect(fits(use(0, 0, 0), 1)).toBe(false);
  });

  it.each([
    [use(10 * DOLLAR, 0, 0), 0, false],
    [use(10 * DOLLAR, 4 * DOLLAR, 4 * DOLLAR - 1), 0, false],
    [use(10 * DOLLAR, 4 * DOLLAR, 4 * DOLLAR), 0, true],
    [use(10 * DOLLAR, 4 * DOLLAR, 2 * DOLLAR), 2 * DOLLAR - 1, false],
    [use(10 * DOLLAR, 4 * DOLLAR, 2 * DOLLAR), 2 * DOLLAR, true],
    [use(10 * DOLLAR, 0, 12 * DOLLAR), 0, true],
    [use(0, 0, 0), 0, true],
  ])('%j with %i more is nearly spent: %s', (budget, wanted, warned) => {
    expect(isNearlySpent(budget, wanted)).toBe(warned);
  });

  it('refuses with the amounts and the next step of the cap that is meant', () => {
    const month = budgetRefusal('month', use(10 * DOLLAR, DOLLAR, 8 * DOLLAR), 2.35 * DOLLAR);
    for (const part of ['$2.35', '$10.00', 'only $1.00', '$8.00 is charged', 'reserve $1.00', 'PUT /v1/budget']) {
      expect(month).toContain(part);
    }
    const identity = budgetRefusal('identity', use(10 * DOLLAR, DOLLAR, 8 * DOLLAR), 2.35 * DOLLAR);
    expect(identity).toContain('one identity');
    expect(identity).toContain('LIKENESS_IDENTITY_CAP_USD');
    expect(identity).not.toContain('month');
  });
});
