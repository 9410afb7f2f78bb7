// How long a training will take, for all who ask: looked up once in a while, and never in the way of an answer.

import { type ExpectedTraining, expectedTraining } from '../domain/expected-time.ts';
import type { TrainerProfile } from '../domain/profile.ts';

export type ExpectTraining = (trainer: TrainerProfile, steps: number) => Promise<ExpectedTraining>;

interface Pace {
  /** Seconds a step. */
  known: Promise<number | undefined>;
  /** Milliseconds since 1970. */
  lookedAt: number;
}

/** Milliseconds that what was found counts: trainings end every few minutes, and one more changes a median little. */
const KEPT_MS = 60_000;

/**
 * @param paceOf past trainings by a profile: seconds a step, undefined when there are too few. While it cannot be found, the last one
 *   that was known counts: the time is told beside the state of a run, which must not fail over it.
 */
export function createExpectTraining(
  paceOf: (profile: string) => Promise<number | undefined>,
  { keptMs = KEPT_MS, now = Date.now }: { keptMs?: number; now?: () => number } = {},
): ExpectTraining {
  const paces = new Map<string, Pace>();
  return async (trainer, steps) => {
    const { id } = trainer;
    const before = paces.get(id);
    if (before && now() - before.lookedAt < keptMs) return expectedTraining(trainer, steps, await before.known);
    const known = paceOf(id).catch(() => before?.known);
    paces.set(id, { known, lookedAt: now() });
    return expectedTraining(trainer, steps, await known);
  };
}
