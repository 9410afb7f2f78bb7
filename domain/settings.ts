// Settings of a run, fixed at its start. The whole object goes into the workflow's input, so that a run keeps the
// settings that it started with.

import { PHOTO_LIMITS } from './photo-limits.ts';
import type { ModelPair } from './profile.ts';

const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;
const DAY = 24 * HOUR;

/** Limits of a run for any trainer; a trainer can allow less. */
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
  /** Time before the first poll of a training, the interval after it, and the deadline, which is the trainer's. */
  trainingFirstPollMs: number;
  trainingPollMs: number;
  trainingDeadlineMs: number;
  /**
   * The search for a request whose fate is unclear: the pause after the first poll, which doubles after each further
   * one, and the number of polls after which an operator is asked as well.
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
