// Rescuing a round that missed the gate: the next reference strength to try, and the best try. A strength only scales
// the trained LoRA, so a try costs a set of images and no training.

import { isOlderVersion, type ScoreSummary } from './score.ts';

/** The result of the round's shots at one strength. */
export interface Tried {
  /** 0–100. The LoRA scale is this number divided by 100. */
  strength: number;
  scores: ScoreSummary;
}

/** A step of the scale by 0.1 shows in a face; 0 would be no LoRA at all. */
const STEP = 10;
const LOWEST = 10;
const HIGHEST = 100;

/**
 * The next strength to try, or undefined when nothing can be gained: one passed, both neighbours of the best are known,
 * or `maxTries` after the first set are used. It climbs from the best so far, up first, because low likeness mostly
 * means that the LoRA was too weak; where up was worse, down.
 */
export function nextStrength(tried: readonly [Tried, ...Tried[]], maxTries: number): number | undefined {
  const best = bestTry(tried);
  if (best.scores.passed || tried.length > maxTries) return undefined;
  // Without scores to compare, further images would be paid for nothing.
  if (best.scores.references?.count === 0) return undefined;
  const known = (from: number, to: number) => tried.some(({ strength }) => strength >= from && strength <= to);
  const up = Math.min(best.strength + STEP, HIGHEST);
  if (up > best.strength && !known(best.strength + 1, up)) return up;
  const down = Math.max(best.strength - STEP, LOWEST);
  if (down < best.strength && !known(down, best.strength - 1)) return down;
  return undefined;
}

/**
 * The try to show a person. Of two score versions, which can't be compared, today's; a passed one first; then by the
 * number of scored images, the mean, the worst, the number of images made, and of equals the lower strength, which
 * leaves more to the prompt.
 */
export function bestTry<T extends Tried>(tried: readonly [T, ...T[]]): T {
  return tried.reduce((best, one) => (isBetter(one, best) ? one : best));
}

function isBetter(one: Tried, other: Tried): boolean {
  const [mine, theirs] = [rank(one), rank(other)];
  const decides = mine.findIndex((value, i) => value !== theirs[i]);
  return decides >= 0 && (mine[decides] ?? 0) > (theirs[decides] ?? 0);
}

function rank({ strength, scores }: Tried): number[] {
  const { calibration, passed, scorable, mean, worst, of } = scores;
  return [isOlderVersion(calibration) ? 0 : 1, passed ? 1 : 0, scorable, mean ?? 0, worst ?? 0, of, -strength];
}
