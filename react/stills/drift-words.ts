// Whether a likeness falls over the frames, in words. Pure, so that it is tested without a page.

import { scoreText } from '../review/score-text.ts';
import { texts } from '../texts.ts';

const t = texts.stills.report.drift;

/** Points in ten frames that are no more than noise. */
const NOISE = 0.5;

export function driftWords(perTenFrames: number): string {
  if (Math.abs(perTenFrames) < NOISE) return t.steady;
  const points = scoreText(Math.abs(perTenFrames));
  return perTenFrames < 0 ? t.falls(points) : t.rises(points);
}
