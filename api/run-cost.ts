// The expected cost of a run in dollars, and the budget that pays for it.

import { modelsOfRun, priceOfRun } from '../core/payments/run-price.ts';
import type { MonthBudget } from '../core/ports/books.ts';
import type { Models } from '../core/ports/models.ts';
import type { Megapixel } from '../domain/image-units.ts';
import { CURRENCY, usd } from '../domain/money.ts';
import { rescuePrice } from '../domain/run-price.ts';
import type { RunSettings } from '../domain/settings.ts';
import { budgetAnswer } from './budget-answer.ts';
import type { CostEstimate } from './schemas/identity.ts';

/** For a run whose first round is approved; `rescueMax` may be added. */
export function runCost(
  world: { models: Models },
  run: Pick<RunSettings, 'trainer' | 'generator' | 'trainingSteps' | 'maxRescueTries'>,
  month: MonthBudget,
  megapixel: Megapixel,
): CostEstimate {
  const { training, testImages, total } = priceOfRun(world, run, megapixel);
  const { cap, reserved, charged, left, warning } = budgetAnswer(month, total);
  return {
    training: usd(training),
    testImages: usd(testImages),
    total: usd(total),
    rescueMax: usd(rescuePrice(modelsOfRun(world, run).generator, run.maxRescueTries, megapixel)),
    currency: CURRENCY,
    budget: { cap, reserved, charged, left, warning },
  };
}
