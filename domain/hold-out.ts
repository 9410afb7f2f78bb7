// One photo kept out of the training when there are enough. The training never saw it, so the likeness to it is not
// learnt by heart (after R-FaceSim, arXiv 2503.22352).

import { COPY_DISTANCE } from './copy-of-reference.ts';
import { descriptorDistance } from './photo.ts';
import { PHOTO_LIMITS } from './photo-limits.ts';
import { isCovered } from './photo-rules.ts';
import type { PhotoInSet } from './photo-set.ts';
import { distanceToRest, referencesOf } from './reference-model.ts';

/** Accepted photos from which one can be spared: fal advises at least four to train on. */
export const HOLD_OUT_FROM = 5;

/**
 * The photo to hold out, or none. Never the most typical one, an outlier, one with a covered face, or one that repeats
 * another, because the training would see it all the same. Of the rest, the photo whose pose others show best; and of
 * two that show it to each other, the one whose face is less like any other's.
 */
export function heldOutPhoto(accepted: readonly PhotoInSet[]): string | undefined {
  const references = referencesOf(accepted);
  if (references.length < HOLD_OUT_FROM) return undefined;
  const bare = references.filter(({ face }) => !isCovered(face));
  const byTypicality = bare
    .map((reference) => ({ reference, apart: distanceToRest(reference, bare) }))
    .toSorted((a, b) => a.apart - b.apart);
  const spare = byTypicality
    .slice(1)
    .filter(({ apart }) => apart <= PHOTO_LIMITS.warnStranger)
    .map(({ reference: { photoId, face } }) => {
      const others = bare.filter((other) => other.photoId !== photoId).map((other) => other.face);
      const poseGap = Math.min(...others.map((other) => Math.abs(other.yaw - face.yaw)));
      const faceGap = Math.min(...others.map((other) => descriptorDistance(other.descriptor, face.descriptor)));
      return { photoId, poseGap, faceGap };
    })
    .filter(({ faceGap }) => faceGap >= COPY_DISTANCE);
  return spare.toSorted((a, b) => a.poseGap - b.poseGap || b.faceGap - a.faceGap)[0]?.photoId;
}
