// Duplicates: the same file, the same picture saved again or mirrored, a crop of another photo.

import { COPY_DISTANCE } from './copy-of-reference.ts';
import { hashDistance } from './hash-distance.ts';
import { descriptorDistance, type ReadablePicture } from './photo.ts';
import { type Finding, rejection, verdictOf, warning } from './photo-findings.ts';
import { PHOTO_LIMITS } from './photo-limits.ts';
import { mainFace } from './photo-rules.ts';

interface Photo {
  photoId: string;
  reading: ReadablePicture;
}

/** The finding of each photo whose file is in the set already; the first of equal files counts. */
export function sameFiles(photos: readonly Photo[]): Map<string, Finding> {
  const found = new Map<string, Finding>();
  const firstBySha = new Map<string, string>();
  for (const { photoId, reading } of photos) {
    const otherPhotoId = firstBySha.get(reading.sha256);
    if (otherPhotoId === undefined) {
      firstBySha.set(reading.sha256, photoId);
      continue;
    }
    const message = 'The same file as another photo of the set. Use a different photo.';
    found.set(photoId, rejection('duplicate', message, { otherPhotoId }));
  }
  return found;
}

/**
 * The finding of each photo that repeats an earlier one: a rejection for a copy, a warning for a very similar photo.
 * Photos without a face, and copies already found, are not compared.
 */
export function repeatedPhotos(photos: readonly Photo[]): Map<string, Finding> {
  const found = new Map<string, Finding>();
  const kept: Photo[] = [];
  for (const photo of photos) {
    const findings = kept.flatMap((earlier) => compare(photo.reading, earlier) ?? []);
    const worst = findings.find((f) => f.severity === 'rejection') ?? findings[0];
    if (worst) found.set(photo.photoId, worst);
    if (verdictOf(worst ? [worst] : []) !== 'rejected') kept.push(photo);
  }
  return found;
}

function compare(picture: ReadablePicture, { photoId, reading: earlier }: Photo): Finding | undefined {
  const [face, earlierFace] = [mainFace(picture), mainFace(earlier)];
  if (!face || !earlierFace) return undefined;
  const { duplicateBits, mirrorDistance, similarDistance } = PHOTO_LIMITS;
  const upright = hashDistance(picture.phash, earlier.phash);
  const mirrored = hashDistance(picture.mirrorPhash, earlier.phash);
  const bits = Math.min(upright, mirrored);
  const distance = descriptorDistance(face.descriptor, earlierFace.descriptor);
  const other = { otherPhotoId: photoId };
  // The detector places the five points of a mirror image differently, so it is further away than other copies.
  const limit = mirrored < upright ? mirrorDistance : COPY_DISTANCE;
  if (bits <= duplicateBits && distance < limit) {
    const message = `The same picture as another photo of the set${mirrored < upright ? ', mirrored' : ''}. Use a different photo.`;
    return rejection('duplicate', message, { value: bits, limit: duplicateBits, ...other });
  }
  // A fixed camera, and no other expression; or gray, or toned.
  const message = 'Very similar to another photo of the set. A different photo trains better.';
  if (bits <= duplicateBits && distance < mirrorDistance) {
    return warning('near_duplicate', message, { value: distance, limit: mirrorDistance, ...other });
  }
  // A crop: the hash is another, the face is not.
  if (distance >= similarDistance) return undefined;
  return warning('near_duplicate', message, { value: distance, limit: similarDistance, ...other });
}
