// Provider endpoints as data: what they are called, what they take, what they cost. Prices were read from fal's model
// pages in November 2026; the ledger is settled with the units that the provider itself bills.

import { billedMegapixels, type ImageSize, type Megapixel } from './image-units.ts';
import type { MicroUsd } from './money.ts';
import { TEST_IMAGE_SIZE, TEST_TYPES } from './test-suite.ts';

const MINUTE = 60_000;
const SECOND = 1000;

export const TRAINING = {
  profile: 'fal/flux-lora-fast-training@1',
  endpoint: 'fal-ai/flux-lora-fast-training',
  defaultSteps: 1000,
  minSteps: 100,
  maxSteps: 10_000,
  microUsdPerStep: 2000,
  /** Milliseconds: how long it mostly takes, and when we stop believing that it will end. */
  expectedMs: 6 * MINUTE,
  deadlineMs: 60 * MINUTE,
} as const;

export const GENERATION = {
  profile: 'fal/flux-lora@1',
  endpoint: 'fal-ai/flux-lora',
  microUsdPerMegapixel: 35_000,
  steps: 28,
  guidanceScale: 3.5,
  expectedMs: 12 * SECOND,
  /** Drawing takes seconds; the queue in front of it, which all customers share, can take much longer. */
  deadlineMs: 30 * MINUTE,
} as const;

/** By the id that the ledger keeps. `unitPrice`: of the units that the provider bills, a step or a megapixel. */
export const PROFILES = {
  [TRAINING.profile]: { kind: 'trainer', unitPrice: TRAINING.microUsdPerStep },
  [GENERATION.profile]: { kind: 'generator', unitPrice: GENERATION.microUsdPerMegapixel },
} as const satisfies Record<string, { kind: 'trainer' | 'generator'; unitPrice: MicroUsd }>;
export type ProfileId = keyof typeof PROFILES;
export type ProfileKind = (typeof PROFILES)[ProfileId]['kind'];
export const PROFILE_IDS = Object.keys(PROFILES) as [ProfileId, ...ProfileId[]];

export function trainingPrice(steps: number): MicroUsd {
  return steps * TRAINING.microUsdPerStep;
}

export function imagePrice(size: ImageSize, megapixel: Megapixel): MicroUsd {
  return billedMegapixels(size, megapixel) * GENERATION.microUsdPerMegapixel;
}

export interface CostEstimate {
  training: MicroUsd;
  testImages: MicroUsd;
  total: MicroUsd;
}

/** What one run costs when its first round is approved. */
export function estimateRun(steps: number, megapixel: Megapixel): CostEstimate {
  const training = trainingPrice(steps);
  const testImages = TEST_TYPES.length * imagePrice(TEST_IMAGE_SIZE, megapixel);
  return { training, testImages, total: training + testImages };
}

/** The most that rescuing one round can add: so many further sets of its images. */
export function rescuePrice(maxTries: number, megapixel: Megapixel): MicroUsd {
  return maxTries * estimateRun(0, megapixel).testImages;
}

/** The body of a training request. `archiveUrl` is ONE address of a zip. */
export function trainingInput(archiveUrl: string, steps: number, triggerWord: string): Record<string, unknown> {
  return {
    images_data_url: archiveUrl,
    data_archive_format: 'zip',
    steps,
    trigger_word: triggerWord,
    is_style: false,
    create_masks: true,
    is_input_format_already_preprocessed: false,
  };
}

/** The body of a test image request. `scale` is the reference strength / 100; the checker is the tenant's setting. */
export function testImageInput(
  shot: { prompt: string; seed: number },
  loraUrl: string,
  scale: number,
  safetyChecker: boolean,
): Record<string, unknown> {
  return {
    prompt: shot.prompt,
    seed: shot.seed,
    loras: [{ path: loraUrl, scale }],
    num_images: 1,
    image_size: TEST_IMAGE_SIZE,
    num_inference_steps: GENERATION.steps,
    guidance_scale: GENERATION.guidanceScale,
    enable_safety_checker: safetyChecker,
    output_format: 'jpeg',
  };
}
