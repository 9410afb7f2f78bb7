// A test image that repeats a reference shows that the training learnt a picture by heart, not a person. It is flagged,
// and its score is neither raised nor lowered by it.

import { hashDistance } from './hash-distance.ts';
import type { FaceReading, ReadablePicture } from './photo.ts';
import { descriptorDistance } from './photo.ts';
import type { Reference } from './reference-model.ts';

/**
 * Below it two faces come from one photo: rescaled or recompressed copies measure up to 0.12, a tight crop 0.06; the
 * nearest two photos of one person 0.19 (frames of a film). A heavily darkened or grayed copy may lie above.
 */
export const COPY_DISTANCE = 0.15;
/** Bits of the perceptual hash up to which it is the same picture: copies have at most 8, unrelated photos 22. */
export const COPY_BITS = 10;

/** The id of the first reference that the picture repeats. */
export function copiedReference(
  picture: ReadablePicture,
  face: FaceReading | undefined,
  references: readonly Reference[],
): string | undefined {
  return references.find((reference) => isCopyOf(picture, face, reference))?.photoId;
}

/** Whether it repeats that one's face, or the picture as a whole, also mirrored. */
function isCopyOf(picture: ReadablePicture, face: FaceReading | undefined, reference: Reference): boolean {
  const { phash, mirrorPhash } = reference.picture;
  if (Math.min(hashDistance(picture.phash, phash), hashDistance(picture.phash, mirrorPhash)) <= COPY_BITS) return true;
  return face !== undefined && descriptorDistance(face.descriptor, reference.face.descriptor) < COPY_DISTANCE;
}
