// How long a training will take, for all who ask: looked up once in a while, and never in the way of an answer.

import { type ExpectedTraining, expectedTraining } from '../domain/expected-time.ts';

export type ExpectTraining = (steps: number) => Promise<ExpectedTraining>;

/** Milliseconds that what was found counts: trainings end every few minutes, and one more changes a median little. */
const KEPT_MS = 60_000;

/**
 * @param pace of past trainings: seconds a step, undefined when there are too few. While it cannot be found, the last one
 *   that was known counts: the time is told beside the state of a run, which must not fail over it.
 */
export function createExpectTraining(
  pace: () => Promise<number | undefined>,
  { keptMs = KEPT_MS, now = Date.now }: { keptMs?: number; now?: () => number } = {},
): ExpectTraining {
  let known: Promise<number | undefined> = Promise.resolve(undefined);
  let lookedAt = Number.NEGATIVE_INFINITY;
  return async (steps) => {
    if (now() - lookedAt >= keptMs) {
      lookedAt = now();
      const before = known;
      known = pace().catch(() => before);
    }
    return expectedTraining(steps, await known);
  };
}
