// Scores of an older version: their numbers stand for other likenesses than today's, so they are shown with their
// version, and never held against today's target. Pure, so that it is tested without a page.

import type { Rescore } from '../../client/types.ts';
import { isOlderVersion } from '../../domain/score.ts';

/** A set of images as the newest version scored it again. */
export type ScoredAnew = Rescore['sets'][number];

/** The version, when it is an older one; undefined for today's scores, and where nothing is scored. */
export function olderVersion(scores: { calibration?: string | undefined } | undefined): string | undefined {
  const version = scores?.calibration;
  return version !== undefined && isOlderVersion(version) ? version : undefined;
}

/** The set of the same images; undefined while they were not scored again. */
export function anewOf(images: readonly { imageId: string }[], rescore: Rescore | undefined): ScoredAnew | undefined {
  const ids = new Set(images.map(({ imageId }) => imageId));
  return rescore?.sets.find((set) => set.images.some(({ imageId }) => ids.has(imageId)));
}
