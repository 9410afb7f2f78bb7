// The perceptual hash against the package sharp-phash, whose bits it answers: on pixels that are decoded already, and
// with the mirror image's hash, for which the package has to be asked twice.

import { createRequire } from 'node:module';
import sharp, { type SharpOptions } from 'sharp';
import { perceptualHashes } from '../adapters/vision/phash.ts';
import { type Figure, smaller } from './figure.ts';
import { testImages } from './pictures.ts';
import { spreadOf, timed } from './stats.ts';

const ROUNDS = 15;
const PICTURES = 5;

const require = createRequire(import.meta.url);
const sharpPhash: (image: Buffer, options: SharpOptions) => Promise<string> = require('sharp-phash');

export async function measureHash(): Promise<Figure[]> {
  const pictures = await Promise.all(
    (await testImages(PICTURES)).map(async (file) => {
      const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
      const { width, height } = info;
      const mirrored = await sharp(data, { raw: { width, height, channels: 3 } })
        .flop()
        .raw()
        .toBuffer();
      return { data, mirrored, width, height };
    }),
  );
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const own = await timed(async () => {
      for (const picture of pictures) await perceptualHashes(picture);
    });
    const other = await timed(async () => {
      for (const { data, mirrored, width, height } of pictures) {
        const options: SharpOptions = { raw: { width, height, channels: 3 } };
        await sharpPhash(data, options);
        await sharpPhash(mirrored, options);
      }
    });
    if (round === 0) continue; // Both warm up.
    ours.push(own / PICTURES);
    theirs.push(other / PICTURES);
  }
  return [
    smaller({
      name: 'perceptual hash of a 1024² picture and its mirror image',
      unit: 'ms',
      ours: spreadOf(ours),
      other: { name: 'sharp-phash', spread: spreadOf(theirs) },
    }),
  ];
}
