// The reference of a test image: the faces of all accepted references. The score uses the median of the distances to
// them, because its calibration was fitted on pairs of photos; the distance to their centroid is a second opinion.

import type { FaceReading, PictureReading, ReadablePicture } from './photo.ts';
import { descriptorDistance } from './photo.ts';
import { isCovered, mainFace } from './photo-rules.ts';

export interface Reference {
  photoId: string;
  picture: ReadablePicture;
  face: FaceReading;
}

export interface ReferenceModel {
  /** The references that count. */
  references: readonly Reference[];
  /** The covered ones, when there are others: they would measure the cover. */
  covered: readonly Reference[];
  /** The mean descriptor: it is between the references, so nearer to any photo of the person than a photo is. */
  centroid: readonly number[];
  /** The spread of the references; absent with fewer than two. */
  spread?: Spread;
}

/** Distances of each reference to the others (the median of them), measured as a test image's are. */
export interface Spread {
  median: number;
  max: number;
}

/** The photos that show a face. The others are left out: a missing face has no distance. */
export function referencesOf(photos: readonly { photoId: string; reading: PictureReading }[]): Reference[] {
  return photos.flatMap(({ photoId, reading }) => {
    const face = reading.readable ? mainFace(reading) : undefined;
    return reading.readable && face ? [{ photoId, picture: reading, face }] : [];
  });
}

export function referenceModel(all: readonly Reference[]): ReferenceModel {
  const bare = all.filter(({ face }) => !isCovered(face));
  const references = bare.length > 0 ? bare : all;
  const covered = all.filter((reference) => !references.includes(reference));
  const descriptors = references.map(({ face }) => face.descriptor);
  const centroid = (descriptors[0] ?? []).map(
    (_, i) => descriptors.reduce((sum, descriptor) => sum + (descriptor[i] ?? 0), 0) / descriptors.length,
  );
  if (references.length < 2) return { references, covered, centroid };
  const apart = references.map((reference) => distanceToRest(reference, references));
  return { references, covered, centroid, spread: { median: median(apart), max: Math.max(...apart) } };
}

/** The median distance of a reference to the other ones. */
export function distanceToRest(reference: Reference, references: readonly Reference[]): number {
  return medianDistance(
    reference.face,
    references.filter((other) => other !== reference),
  );
}

/** The median distance of a face to references; infinite when there are none. */
export function medianDistance(face: Pick<FaceReading, 'descriptor'>, references: readonly Reference[]): number {
  return median(references.map((reference) => descriptorDistance(face.descriptor, reference.face.descriptor)));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.POSITIVE_INFINITY;
  const lower = sorted[middle - 1] ?? upper;
  return sorted.length % 2 === 1 ? upper : (lower + upper) / 2;
}
