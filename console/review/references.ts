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

/** The place of the reference to show first: the one that the image repeats, else the first. */
export function firstBeside(tile: TilePicture, references: readonly ReferencePhoto[]): number {
  const copied = 'seen' in tile ? references.findIndex(({ photoId }) => photoId === tile.seen.copyOf) : -1;
  return Math.max(0, copied);
}

/** The step from a place in a ring of `count`, forwards or back. */
export const stepAround = (place: number, by: 1 | -1, count: number): number =>
  count === 0 ? 0 : (place + by + count) % count;
