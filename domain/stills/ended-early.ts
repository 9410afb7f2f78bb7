// How a still ends that was stopped in the middle: nothing more is paid for, and the best picture so far is kept. Its
// workflow ends it so, and a sweep one whose workflow is gone.

import { bestPicture, type CheckedResult, isScene, type PlanOfPictures } from './best-picture.ts';
import type { StillEnd } from './steps.ts';
import type { FrameCheck, Pass } from './still.ts';

export interface Progress {
  /** The passes that were checked, in their order. */
  history: readonly CheckedResult[];
  /** The number of a picture that was made after them and not checked. */
  unchecked: number | undefined;
  /** How many repairs were begun, with those of before. */
  repairs: number;
}

/** No picture passes that was not checked. */
export function endedEarly(
  plan: PlanOfPictures,
  { history, unchecked, repairs }: Progress,
  reason: string,
): StillEnd & { reason: string } {
  const best = bestPicture(plan, history);
  const kept = best?.picture ?? unchecked;
  if (kept === undefined) return { state: 'failed', repairs, reason };
  const state = best?.findings.length === 0 ? 'passed' : 'flagged';
  return { state, best: kept, repairs, reason };
}

/** A still that a person asked for again stays what it was before. */
export function cancelledEarly(plan: PlanOfPictures, progress: Progress, reason: string): StillEnd {
  const end = endedEarly(plan, progress, reason);
  return plan.again?.best ? end : { ...end, state: 'cancelled' };
}

/** A picture of a still as it is kept. */
export interface KeptPicture {
  number: number;
  kind: Pass['kind'];
  /** The number of the picture that a repaint was made on. */
  base: number | undefined;
  flagged: boolean;
  check: FrameCheck | undefined;
}

/**
 * What the newest workflow of a still came to, by its pictures, in their order. A repaint of several faces makes a picture
 * of each, and the last of them is checked.
 */
export function progressOf(plan: PlanOfPictures, pictures: readonly KeptPicture[]): Progress {
  const own = new Map(pictures.map((picture) => [picture.number, picture]));
  const history: CheckedResult[] = [];
  let repairs = plan.again?.repairs ?? 0;
  let unchecked: number | undefined;
  for (const { number, kind, base = 0, flagged, check } of pictures) {
    const on = own.get(base);
    // The next face of the same pass, or a face that the scene did not have yet.
    const continues = kind === 'repaint' && on !== undefined && (!on.check || isScene(plan, on));
    const isFirst = number === pictures[0]?.number && plan.again === undefined;
    if (!continues && !isFirst) repairs += 1;
    unchecked = check ? undefined : number;
    if (check) history.push({ pass: { kind }, made: { number, ...(flagged && { flagged }) }, check });
  }
  return { history, unchecked, repairs };
}
