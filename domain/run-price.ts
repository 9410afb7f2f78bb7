// What a run likely costs, by the models that it is trained and drawn with.

import type { Megapixel } from './image-units.ts';
import type { MicroUsd } from './money.ts';
import { type GeneratorProfile, picturePrice, type TrainerProfile, trainingPrice } from './profile.ts';
import { TEST_IMAGE_SIZE, TEST_TYPES } from './test-suite.ts';

export interface RunModels {
  trainer: TrainerProfile;
  generator: GeneratorProfile;
}

export interface CostEstimate {
  training: MicroUsd;
  testImages: MicroUsd;
  total: MicroUsd;
}

/** What so many test images cost. */
export function testImagesPrice(generator: GeneratorProfile, count: number, megapixel: Megapixel): MicroUsd {
  return count * picturePrice(generator, TEST_IMAGE_SIZE, megapixel);
}

/** What one run costs when its first round is approved. */
export function estimateRun({ trainer, generator }: RunModels, steps: number, megapixel: Megapixel): CostEstimate {
  const training = trainingPrice(trainer, steps);
  const testImages = testImagesPrice(generator, TEST_TYPES.length, megapixel);
  return { training, testImages, total: training + testImages };
}

/** The most that rescuing one round can add: so many further sets of its images. */
export function rescuePrice(generator: GeneratorProfile, maxTries: number, megapixel: Megapixel): MicroUsd {
  return maxTries * testImagesPrice(generator, TEST_TYPES.length, megapixel);
}
