// The expected duration of a training: measured on earlier trainings, else taken from the provider's own description.
// It is shown to people; no logic depends on it.

import type { TrainerProfile } from './profile.ts';

export const TIME_SOURCES = ['past_runs', 'profile'] as const;

export interface ExpectedTraining {
  /** From the request to its result, the wait in the provider's queue included. Whole seconds. */
  trainingSeconds: number;
  /** `past_runs`: trainings of this installation. `profile`: the provider's description of the endpoint. */
  basedOn: (typeof TIME_SOURCES)[number];
}

/** How many of the newest trainings are used, and how many are too few for an estimate. */
export const PAST_TRAININGS = { newest: 20, fewest: 3 } as const;

/**
 * Trainings below this many seconds are ignored: no real model is as fast, but a ledger from a time with the sandbox
 * can have trainings of the same endpoint that took a moment.
 */
export const FASTEST_TRAINING_SECONDS = 30;

/** @param pace of past trainings, in seconds a step; undefined when there are too few of them. */
export function expectedTraining(
  { expectedMs, limits }: TrainerProfile,
  steps: number,
  pace: number | undefined,
): ExpectedTraining {
  const profilePace = expectedMs / 1000 / limits.steps.default;
  const trainingSeconds = Math.max(1, Math.round(steps * (pace ?? profilePace)));
  return { trainingSeconds, basedOn: pace === undefined ? 'profile' : 'past_runs' };
}
