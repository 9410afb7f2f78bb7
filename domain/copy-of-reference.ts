// A test image that repeats a reference shows that the training learnt a picture by heart, not a person. It is flagged,
// and its score is neither raised nor lowered by it.

import { hashDistance } from './hash-distance.ts';
import type { FaceReading, ReadablePicture } from './photo.ts';
import { descriptorDistance } from './photo.ts';
import type { Reference } from './reference-model.ts';

/**
 * Below it two faces come from one photo: copies of half the size measure up to 0.19, mirrored ones up to 0.25, of JPEG
 * quality 30 up to 0.26; the nearest two frames of a film 0.24. A cropped, darkened or gray copy may lie above.
 */
export const COPY_DISTANCE = 0.24;
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
