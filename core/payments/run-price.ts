// The price of a run with its models.

import type { Megapixel } from '../../domain/image-units.ts';
import type { ModelPair } from '../../domain/profile.ts';
import { type CostEstimate, estimateRun, type RunModels } from '../../domain/run-price.ts';
import type { Models } from '../ports/models.ts';

type World = { models: Models };

export function modelsOfRun({ models }: World, ids: ModelPair): RunModels {
  const { trainer, generator } = models.pair(ids);
  return { trainer: trainer.profile, generator: generator.profile };
}

/** Of a run whose first round is approved. */
export function priceOfRun(
  world: World,
  run: ModelPair & { trainingSteps: number },
  megapixel: Megapixel,
): CostEstimate {
  return estimateRun(modelsOfRun(world, run), run.trainingSteps, megapixel);
}
