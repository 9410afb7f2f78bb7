// Prices are whole micro-dollars, and read as people write them.

import { describe, expect, it } from 'vitest';
import { DEFAULT_MEGAPIXEL, type DrawnSize, type Megapixel, megapixelOfBill } from '../../../domain/image-units.ts';
import { formatUsd, usd } from '../../../domain/money.ts';
import { picturePrice, trainingPrice } from '../../../domain/profile.ts';
import { estimateRun } from '../../../domain/run-price.ts';
import { TEST_IMAGE_SIZE } from '../../../domain/test-suite.ts';
import { GENERATOR, TRAINER } from '../../support/models.ts';

const MODELS = { trainer: TRAINER, generator: GENERATOR };

describe('money', () => {
  it.each([
    [0, '$0.00'],
    [2_000_000, '$2.00'],
    [2_350_000, '$2.35'],
    [10_000, '$0.01'],
    [35_000, '$0.035'],
    [2_175_000, '$2.175'],
    [1_234_567_890, '$1234.568'],
  ])('%i micro-dollars read as %s', (micros, text) => {
    expect(formatUsd(micros)).toBe(text);
  });

  it('a million micro-dollars are a dollar', () => {
    expect(usd(2_350_000)).toBe(2.35);
  });
});

describe('what a run costs', () => {
  it('1000 steps and five test images: $2.35', () => {
    const estimate = estimateRun(MODELS, 1000, 1_000_000);
    expect(estimate).toEqual({ training: 2_000_000, testImages: 350_000, total: 2_350_000 });
    expect(formatUsd(estimate.total)).toBe('$2.35');
  });

  it('is a whole number of micro-dollars for every number of steps that is allowed', () => {
    for (let steps: number = TRAINER.limits.steps.min; steps <= TRAINER.limits.steps.max; steps += 99) {
      const { training, testImages, total } = estimateRun(MODELS, steps, DEFAULT_MEGAPIXEL);
      expect(Number.isSafeInteger(total)).toBe(true);
      expect(total).toBe(training + testImages);
      expect(training).toBe(trainingPrice(TRAINER, steps));
    }
  });

  it.each([
    [1000, 1000, 1, 1],
    [1024, 1024, 2, 1],
    [1025, 1024, 2, 2],
    [1, 1, 1, 1],
    [2000, 2000, 4, 4],
    [2001, 2000, 5, 4],
    [2048, 2048, 5, 4],
  ])('an image of %i × %i is billed as %i megapixels of 10⁶ pixels, %i of 1024²', (width, height, decimal, binary) => {
    const price = (megapixel: Megapixel) =>
      picturePrice(GENERATOR, { width, height }, megapixel) / GENERATOR.price.microUsd;
    expect([price(1_000_000), price(1_048_576)]).toEqual([decimal, binary]);
  });

  it('is counted with the dearer megapixel until a bill has told which it is', () => {
    expect(picturePrice(GENERATOR, { width: 1024, height: 1024 }, DEFAULT_MEGAPIXEL)).toBe(70_000);
    expect(estimateRun(MODELS, 1000, 1_048_576)).toEqual({
      training: 2_000_000,
      testImages: 175_000,
      total: 2_175_000,
    });
  });

  it.each<[string, DrawnSize, number, Megapixel | undefined]>([
    ['two units of 1024 × 1024', { size: TEST_IMAGE_SIZE, images: 1 }, 2, 1_000_000],
    ['one unit of 1024 × 1024', { size: TEST_IMAGE_SIZE, images: 1 }, 1, 1_048_576],
    ['four images', { size: TEST_IMAGE_SIZE, images: 4 }, 8, 1_000_000],
    ['an image that is one megapixel of either kind', { size: { width: 512, height: 512 }, images: 1 }, 1, undefined],
    ['a price that changed', { size: TEST_IMAGE_SIZE, images: 1 }, 4, undefined],
    ['units that are not rounded up', { size: TEST_IMAGE_SIZE, images: 1 }, 1.05, undefined],
    ['nothing billed', { size: TEST_IMAGE_SIZE, images: 1 }, 0, undefined],
  ])('a bill tells the megapixel: %s', (_, drawn, units, megapixel) => {
    expect(megapixelOfBill(drawn, units)).toBe(megapixel);
  });
});
