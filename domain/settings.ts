// What a run may be told at its start. The whole object goes into the workflow's input, so that a run keeps the
// settings that it began with.

import { PHOTO_LIMITS } from './photo-limits.ts';
import type { ModelPair } from './profile.ts';

const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;
const DAY = 24 * HOUR;

/** What a run may be asked for, whatever it is trained by: a trainer can allow less. */
export const TRAINING_STEPS = { min: 100, max: 10_000, default: 1000 } as const;

/** All times in milliseconds. */
export interface RunSettings extends ModelPair {
  maxPhotos: number;
  trainingSteps: number;
  /** 0–100. The LoRA scale is this number divided by 100. */
  referenceStrength: number;
  /** How many other strengths a round that misses the gate may try, a set of images each; 0: none. */
  maxRescueTries: number;
  /** How often a reviewer may ask for new pictures, and for a new training. */
  maxRegenerations: number;
  maxRetrainings: number;
  photosExpireAfterMs: number;
  remindAfterMs: number;
  escalateAfterMs: number;
  approvalExpiresAfterMs: number;
  /** When the first look at a training is worth it, then how often, and when it is given up: the deadline is the trainer's. */
  trainingFirstPollMs: number;
  trainingPollMs: number;
  trainingDeadlineMs: number;
  /**
   * A request whose fate is unclear: how long after the first look for it comes the second, each further one after twice
   * as long, and after how many looks an operator is asked beside.
   */
  reconcilePauseMs: number;
  reconcileLooks: number;
}

export const DEFAULT_SETTINGS: RunSettings = {
  maxPhotos: PHOTO_LIMITS.maxPhotos,
  trainer: 'fal/flux-lora-fast-training@1',
  generator: 'fal/flux-lora@1',
  trainingSteps: TRAINING_STEPS.default,
  referenceStrength: 80,
  maxRescueTries: 2,
  maxRegenerations: 3,
  maxRetrainings: 2,
  photosExpireAfterMs: 7 * DAY,
  remindAfterMs: DAY,
  escalateAfterMs: 2 * DAY,
  approvalExpiresAfterMs: 7 * DAY,
  trainingFirstPollMs: 60 * SECOND,
  trainingPollMs: 10 * SECOND,
  trainingDeadlineMs: HOUR,
  // 16 minutes until an operator is asked: the provider may list a training only once it has ended.
  reconcilePauseMs: 15 * SECOND,
  reconcileLooks: 7,
};
