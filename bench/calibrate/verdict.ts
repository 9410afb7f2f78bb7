// Whether a version may be called good: only when every group of people that has enough pairs keeps the promise. A group
// with too few pairs is unproven, which is neither.

import type { Rate } from './statistics.ts';

/** What 85 promises to each group. */
const PROMISE = {
  /** Pairs of one person that reach 85, at least. Of pairs of two people none does. */
  passed: 0.95,
  rocAuc: 0.9995,
  /** Pictures of the person that reach 85 against three to five references, at least. Nobody else's does. */
  setPassed: 0.99,
} as const;

/** With fewer a group is unproven. 0 of 3000 is less than 0.13 % with a confidence of 95 %. */
const ENOUGH = { genuine: 60, impostor: 3_000, sets: 20 } as const;
/** With fewer than these a single miss is more than the promise allows: then the interval decides, not the share. */
const EXACT = { genuine: 60, sets: 100 } as const;

interface Judgeable {
  at85: { passed: Rate; falseAccepts: Rate };
  rocAuc: number;
  sets: { passed: Rate; falseAccepts: Rate };
}

export interface Verdict {
  state: 'holds' | 'falls out' | 'unproven';
  /** What is broken, or what there is too little of. */
  because: readonly string[];
}

export function verdictOn({ at85, rocAuc, sets }: Judgeable): Verdict {
  const enoughPairs = at85.passed.of >= ENOUGH.genuine && at85.falseAccepts.of >= ENOUGH.impostor;
  const broken = [
    isBelow(at85.passed, PROMISE.passed, EXACT.genuine) && `${percent(at85.passed)} of the pairs of one person pass`,
    at85.falseAccepts.count > 0 && `${at85.falseAccepts.count} pairs of two people pass`,
    enoughPairs && rocAuc < PROMISE.rocAuc && `ROC AUC ${rocAuc.toFixed(5)}`,
    isBelow(sets.passed, PROMISE.setPassed, EXACT.sets) && `${percent(sets.passed)} pass against their references`,
    sets.falseAccepts.count > 0 && `${sets.falseAccepts.count} pass against the references of somebody else`,
  ].filter((reason) => reason !== false);
  if (broken.length > 0) return { state: 'falls out', because: broken };
  const few = [
    at85.passed.of < ENOUGH.genuine && `${at85.passed.of} of ${ENOUGH.genuine} pairs of one person`,
    at85.falseAccepts.of < ENOUGH.impostor && `${at85.falseAccepts.of} of ${ENOUGH.impostor} pairs of two people`,
    sets.passed.of < ENOUGH.sets && `${sets.passed.of} of ${ENOUGH.sets} pictures against references`,
  ].filter((reason) => reason !== false);
  return few.length > 0 ? { state: 'unproven', because: few } : { state: 'holds', because: [] };
}

/** By the share itself where there is enough, else only if chance can't explain it. */
const isBelow = (rate: Rate, promised: number, enough: number): boolean =>
  rate.of >= enough ? rate.share < promised : rate.high < promised;

const percent = ({ count, of, share }: Rate): string => `${(100 * share).toFixed(1)} % (${count} of ${of})`;
