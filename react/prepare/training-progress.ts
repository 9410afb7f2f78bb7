// How far a training is, by the time that it is expected to take. The provider tells no progress of its own.

import type { Identity } from '../../client/index.ts';

/** Only the end of the training fills the bar. */
const MOST_SHOWN = 0.95;

interface TrainingProgress {
  /** From 0 to 1, and 1 never. */
  share: number;
  /** It takes longer than expected. */
  isLate: boolean;
}

/** @param elapsed milliseconds; below zero where the clocks of two machines differ. */
export function trainingProgress(
  elapsed: number,
  { trainingSeconds }: NonNullable<Identity['expected']>,
): TrainingProgress {
  const share = Math.max(0, elapsed / 1000 / trainingSeconds);
  return { share: Math.min(share, MOST_SHOWN), isLate: share > 1 };
}
