// What a run would likely cost, in dollars, beside the budget that pays for it.

import type { MonthBudget } from '../core/ports/books.ts';
import type { Megapixel } from '../domain/image-units.ts';
import { CURRENCY, usd } from '../domain/money.ts';
import { estimateRun, rescuePrice } from '../domain/provider-profile.ts';
import type { RunSettings } from '../domain/settings.ts';
import { budgetAnswer } from './budget-answer.ts';
import type { CostEstimate } from './schemas/identity.ts';

/** Of a run with its first round approved; `rescueMax` may come on top. */
export function runCost(
  { trainingSteps, maxRescueTries }: Pick<RunSettings, 'trainingSteps' | 'maxRescueTries'>,
  month: MonthBudget,
  megapixel: Megapixel,
): CostEstimate {
  const { training, testImages, total } = estimateRun(trainingSteps, megapixel);
  const { cap, reserved, charged, left, warning } = budgetAnswer(month, total);
  return {
    training: usd(training),
    testImages: usd(testImages),
    total: usd(total),
    rescueMax: usd(rescuePrice(maxRescueTries, megapixel)),
    currency: CURRENCY,
    budget: { cap, reserved, charged, left, warning },
  };
}
