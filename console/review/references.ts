// The reference photos beside the tests, and which of them to lay beside a test image.

import type { TilePicture } from './tiles.ts';

export interface ReferencePhoto {
  photoId: string;
  /** The training did not see it. */
  heldOut: boolean;
}

/** The photos that the run uses: what was rejected is not what the character looks like. */
export function referencesOf(identity: {
  photos: readonly { photoId: string; verdict: 'accepted' | 'warned' | 'rejected' }[];
  heldOut?: string | undefined;
}): ReferencePhoto[] {
  return identity.photos
    .filter(({ verdict }) => verdict !== 'rejected')
    .map(({ photoId }) => ({ photoId, heldOut: photoId === identity.heldOut }));
}

/** The place of the reference to show first: the one that the image repeats, else the first. */
export function firstBeside(tile: TilePicture, references: readonly ReferencePhoto[]): number {
  const copied = 'seen' in tile ? references.findIndex(({ photoId }) => photoId === tile.seen.copyOf) : -1;
  return Math.max(0, copied);
}

/** The step from a place in a ring of `count`, forwards or back. */
export const stepAround = (place: number, by: 1 | -1, count: number): number =>
  count === 0 ? 0 : (place + by + count) % count;
