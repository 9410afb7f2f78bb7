// What is measured on: test images as a generator answers them, and photos as a telephone takes them, both made at run
// time from real photos of one man.

import sharp from 'sharp';
import { ONE_MAN, photoNamed } from './photos.ts';

/** The sizes of the scenario: five of each. */
export const IMAGE_SIDE = 1024;
const PHOTO_WIDTH = 4000;
const PHOTO_HEIGHT = 3000;

/** JPEGs of 1024 × 1024. */
export function testImages(count: number): Promise<Buffer[]> {
  return scaled(count, IMAGE_SIDE, IMAGE_SIDE);
}

/** JPEGs of 12 megapixels. */
export function largePhotos(count: number): Promise<Buffer[]> {
  return scaled(count, PHOTO_WIDTH, PHOTO_HEIGHT);
}

function scaled(count: number, width: number, height: number): Promise<Buffer[]> {
  return Promise.all(
    ONE_MAN.slice(0, count).map(async (name) =>
      sharp(await photoNamed(name))
        .resize({ width, height, fit: 'cover' })
        .jpeg({ quality: 92 })
        .toBuffer(),
    ),
  );
}
