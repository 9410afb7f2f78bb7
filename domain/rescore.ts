// Scores images again that an older version scored. The images and the references are kept, so it costs nothing. The
// new scores are stored separately, and no decision changes.

import type { ObjectRef } from './keys.ts';
import { type SetRef, setName } from './picture-set.ts';
import { CALIBRATION, type ImageScore, isOlderVersion, type ScoreSummary } from './score.ts';
import type { TestType } from './test-suite.ts';

export interface KeptImage {
  imageId: string;
  type: TestType;
  object: ObjectRef;
  /** The provider's content checker flagged it: there is no picture to read. */
  flagged: boolean;
}

/** The images of a set that have scores. */
export interface KeptSet {
  set: SetRef;
  /** The version of their scores. */
  calibration: string;
  images: KeptImage[];
}

/** The part of an identity that can be scored again: the shown sets, and their references. */
export interface KeptScores {
  photoIds: string[];
  heldOut: string | undefined;
  /** Of the newest scored round all strengths, and the newest tests on request. */
  sets: KeptSet[];
}

/** A set, scored anew. */
export interface RescoredSet extends Pick<KeptSet, 'set'> {
  images: ImageScore[];
  scores: ScoreSummary;
}

export interface Rescore {
  /** The version of the new scores. */
  calibration: string;
  sets: RescoredSet[];
  /** ISO time. */
  at: string;
}

/** The sets whose scores are of an older version. */
export function olderSets({ sets }: KeptScores): KeptSet[] {
  return sets.filter(({ calibration }) => isOlderVersion(calibration));
}

/** Whether today's version scored all of these sets again. */
export function isRescored(sets: readonly KeptSet[], rescore: Rescore | undefined): boolean {
  if (rescore?.calibration !== CALIBRATION.version) return false;
  const names = rescore.sets.map(({ set }) => setName(set));
  return sets.every(({ set }) => names.includes(setName(set)));
}
