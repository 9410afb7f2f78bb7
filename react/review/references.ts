// The reference photos beside the tests, and which of them to lay beside a test image.

import type { TilePicture } from './tiles.ts';

export interface ReferencePhoto {
  identityId: string;
  photoId: string;
  /** The training did not see it. */
  heldOut: boolean;
}

/** The photos that the identity is scored against: its own copies, whatever became of the photos. */
export function referencesOf(identity: {
  identityId: string;
  references: readonly { photoId: string }[];
  heldOut?: string | undefined;
}): ReferencePhoto[] {
  const { identityId, references, heldOut } = identity;
  return references.map(({ photoId }) => ({ identityId, photoId, heldOut: photoId === heldOut }));
}

/** The place of the reference to show first: the one that the image repeats, else the one that its score counts, else the first. */
export function firstBeside(tile: TilePicture, references: readonly ReferencePhoto[]): number {
  const median = tile.state === 'scored' ? tile.compared?.median.photoId : undefined;
  const first = ('seen' in tile ? tile.seen.copyOf : undefined) ?? median;
  return Math.max(0, placeOf(first, references));
}

/** Its place among the references; -1 when it is none of them. */
export const placeOf = (photoId: string | undefined, references: readonly ReferencePhoto[]): number =>
  references.findIndex((reference) => reference.photoId === photoId);

/** The step from a place in a ring of `count`, forwards or back. */
export const stepAround = (place: number, by: 1 | -1, count: number): number =>
  count === 0 ? 0 : (place + by + count) % count;
