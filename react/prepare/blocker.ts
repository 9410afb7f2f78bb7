// What still stands in the way of a start, as one sentence: the first thing to do first.

import type { Draft } from '../state/use-draft.ts';
import { texts } from '../texts.ts';
import { setProblemText } from './set-problem-text.ts';

const t = texts.modal;

/** Undefined when nothing does, or only a moment of waiting. */
export function blockerOf({ photos, set, isLooking }: Draft, consent: boolean): string | undefined {
  if (photos.every(({ problem }) => problem !== undefined)) return t.tooFew;
  if (isLooking) return t.lookingAll(photos.length);
  if (set?.problem) return setProblemText(set);
  return consent ? undefined : t.consentNeeded;
}
