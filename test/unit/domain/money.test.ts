// Prices are whole micro-dollars, and read as people write them.

import { describe, expect, it } from 'vitest';
import { DEFAULT_MEGAPIXEL, type Megapixel, megapixelOfBill } from '../../../domain/image-units.ts';
import { formatUsd, usd } from '../../../domain/money.ts';
import {
  estimateRun,
  GENERATION,
  imagePrice,
  TRAINING,
  testImageInput,
  trainingInput,
  trainingPrice,
} from '../../../domain/provider-profile.ts';
import { TEST_IMAGE_SIZE } from '../../../domain/test-suite.ts';

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
    const estimate = estimateRun(1000, 1_000_000);
    expect(estimate).toEqual({ training: 2_000_000, testImages: 350_000, total: 2_350_000 });
    expect(formatUsd(estimate.total)).toBe('$2.35');
  });

  it('is a whole number of micro-dollars for every number of steps that is allowed', () => {
    for (let steps: number = TRAINING.minSteps; steps <= TRAINING.maxSteps; steps += 99) {
      const { training, testImages, total } = estimateRun(steps, DEFAULT_MEGAPIXEL);
      expect(Number.isSafeInteger(total)).toBe(true);
      expect(total).toBe(training + testImages);
      expect(training).toBe(trainingPrice(steps));
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
    const price = (megapixel: Megapixel) => imagePrice({ width, height }, megapixel) / GENERATION.microUsdPerMegapixel;
    expect([price(1_000_000), price(1_048_576)]).toEqual([decimal, binary]);
  });

  it('is counted with the dearer megapixel until a bill has told which it is', () => {
    expect(imagePrice({ width: 1024, height: 1024 }, DEFAULT_MEGAPIXEL)).toBe(70_000);
    expect(estimateRun(1000, 1_048_576)).toEqual({ training: 2_000_000, testImages: 175_000, total: 2_175_000 });
  });

  it.each<[string, Record<string, unknown>, number, Megapixel | undefined]>([
    ['two units of 1024 × 1024', { image_size: TEST_IMAGE_SIZE, num_images: 1 }, 2, 1_000_000],
    ['one unit of 1024 × 1024', { image_size: TEST_IMAGE_SIZE, num_images: 1 }, 1, 1_048_576],
    ['a size by its name', { image_size: 'square_hd' }, 1, 1_048_576],
    ['four images', { image_size: 'square_hd', num_images: 4 }, 8, 1_000_000],
    ['an image that is one megapixel of either kind', { image_size: 'square' }, 1, undefined],
    ['a price that changed', { image_size: TEST_IMAGE_SIZE }, 4, undefined],
    ['units that are not rounded up', { image_size: TEST_IMAGE_SIZE }, 1.05, undefined],
    ['nothing billed', { image_size: TEST_IMAGE_SIZE }, 0, undefined],
    ['a size of no name', { image_size: 'toString' }, 1, undefined],
    ['no size', {}, 2, undefined],
  ])('a bill tells the megapixel: %s', (_, body, units, megapixel) => {
    expect(megapixelOfBill(body, units)).toBe(megapixel);
  });
});

describe('what is sent', () => {
  it('a training names ONE address, its steps and the trigger word', () => {
    expect(trainingInput('https://files.test/a.zip', 1200, 'lkbdf')).toMatchObject({
      images_data_url: 'https://files.test/a.zip',
      steps: 1200,
      trigger_word: 'lkbdf',
      is_style: false,
      is_input_format_already_preprocessed: false,
    });
  });

  it('a test image names the shot, the LoRA with its scale, and asks for one picture', () => {
    const shot = { prompt: 'a photo', seed: 42 };
    expect(testImageInput(shot, 'https://files.test/lora', 0.8, true)).toMatchObject({
      prompt: 'a photo',
      seed: 42,
      loras: [{ path: 'https://files.test/lora', scale: 0.8 }],
      num_images: 1,
      image_size: { width: 1024, height: 1024 },
      num_inference_steps: 28,
      guidance_scale: 3.5,
      enable_safety_checker: true,
    });
  });
});
