// Advice for a better set of photos, although no photo is rejected.

import { analysedWidth, type ReadablePicture } from './photo.ts';
import { PHOTO_LIMITS } from './photo-limits.ts';
import { mainFace } from './photo-rules.ts';

export const ADVICE_CODES = ['few_photos', 'same_pose', 'no_close_up', 'one_light'] as const;
export type AdviceCode = (typeof ADVICE_CODES)[number];

export interface Advice {
  code: AdviceCode;
  /** A sentence that says what to add. */
  message: string;
}

export const VARIETY = {
  /** From this many on, one photo can be held out of the training. */
  photos: 5,
  /** Degrees between the leftmost and the rightmost head. */
  yaw: 10,
  /** Width of the largest face, in pixels as it was read (analysedWidth). */
  faceWidth: 200,
  /** Between the darkest and the brightest face, 0–255; eleven frames of one video in one light: 16. */
  brightness: 20,
} as const;

const MESSAGES: Record<AdviceCode, string> = {
  few_photos: 'With five photos or more, one is held out of the training as an independent test.',
  same_pose: 'All heads are turned the same way: add a photo from another side.',
  no_close_up: 'No photo shows a large face: add a close-up.',
  one_light: 'The light is the same in all photos: add a photo in different light.',
};

/** Advice on the photos that a run would use; none while they are too few to start with. */
export function adviceOn(photos: readonly ReadablePicture[], { maxPhotos }: { maxPhotos: number }): Advice[] {
  if (photos.length < PHOTO_LIMITS.minPhotos) return [];
  const faces = photos.flatMap((photo) => {
    const face = mainFace(photo);
    return face ? [{ yaw: face.yaw, width: analysedWidth(face, photo), brightness: face.brightness }] : [];
  });
  const applies: Record<AdviceCode, boolean> = {
    few_photos: photos.length < VARIETY.photos && maxPhotos >= VARIETY.photos,
    same_pose: spread(faces.map((face) => face.yaw)) < VARIETY.yaw,
    no_close_up: faces.every((face) => face.width < VARIETY.faceWidth),
    one_light: spread(faces.map((face) => face.brightness)) < VARIETY.brightness,
  };
  return ADVICE_CODES.filter((code) => applies[code]).map((code) => ({ code, message: MESSAGES[code] }));
}

function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}
