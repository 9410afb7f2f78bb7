// The expected time of a training. It is looked up rarely, and no answer waits for it.

import { type ExpectedTraining, expectedTraining } from '../domain/expected-time.ts';
import type { TrainerProfile } from '../domain/profile.ts';

export type ExpectTraining = (trainer: TrainerProfile, steps: number) => Promise<ExpectedTraining>;

interface Pace {
  /** Seconds a step. */
  known: Promise<number | undefined>;
  /** Milliseconds since 1970. */
  lookedAt: number;
}

/** Milliseconds that the result counts: one more training changes a median little. */
const KEPT_MS = 60_000;

/**
 * @param paceOf past trainings by a profile: seconds a step, undefined when there are too few. After an error the last
 * known one counts: the time is only part of the answer about a run, which must not fail because of it.
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
