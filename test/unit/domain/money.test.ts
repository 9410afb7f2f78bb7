// Prices are whole micro-dollars, and read as people write them.

import { describe, expect, it } from 'vitest';
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
    const estimate = estimateRun(1000);
    expect(estimate).toEqual({ training: 2_000_000, testImages: 350_000, total: 2_350_000 });
    expect(formatUsd(estimate.total)).toBe('$2.35');
  });

  it('is a whole number of micro-dollars for every number of steps that is allowed', () => {
    for (let steps: number = TRAINING.minSteps; steps <= TRAINING.maxSteps; steps += 99) {
      const { training, testImages, total } = estimateRun(steps);
      expect(Number.isSafeInteger(total)).toBe(true);
      expect(total).toBe(training + testImages);
      expect(training).toBe(trainingPrice(steps));
    }
  });

  it.each([
    [1000, 1000, 1],
    [1024, 1024, 2],
    [1, 1, 1],
    [2000, 2000, 4],
    [2001, 2000, 5],
  ])('an image of %i × %i is billed as %i megapixels', (width, height, megapixels) => {
    expect(imagePrice({ width, height })).toBe(megapixels * GENERATION.microUsdPerMegapixel);
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
