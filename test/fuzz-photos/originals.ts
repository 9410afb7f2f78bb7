// The sound files that mutations start from: real photos in each format and form that is accepted.

import sharp, { type Sharp } from 'sharp';
import { photo } from '../support/photos.ts';
import type { Prng } from './prng.ts';

/** Passes every rule. */
const GOOD = 'franck_02888.jpg';
/** One man, other people, faces that are none, and groups. Their order decides which one a seed draws. */
const NAMES = [
  ...[GOOD, 'franck_01829.jpg', 'franck_02159.jpg', 'franck_04035.jpg'],
  ...['audrey.jpg', 'cage.jpg', 'obama4_crop.jpg', 'SeanConnery.jpg'],
  ...['joconde.jpg', 'picasso_drawing_crop.jpg', 'skullmask.jpg'],
  ...['sample1.jpg', 'sample5.jpg'],
];
/** Longest side, in pixels: mutations need structure, not size. */
const SIDE = 640;

const FORMS = {
  jpeg: (image) => image.jpeg({ quality: 85 }),
  'progressive jpeg': (image) => image.jpeg({ progressive: true }),
  png: (image) => image.png({ compressionLevel: 6 }),
  'palette png': (image) => image.png({ palette: true }),
  'interlaced png': (image) => image.png({ progressive: true }),
  webp: (image) => image.webp({ quality: 80 }),
  'lossless webp': (image) => image.webp({ lossless: true, effort: 0 }),
  'webp with alpha': (image) => image.ensureAlpha(0.5).webp({ quality: 80 }),
} as const satisfies Record<string, (image: Sharp) => Sharp>;

export type Form = keyof typeof FORMS;
export const ALL_FORMS = Object.keys(FORMS) as Form[];

const made = new Map<string, Promise<Buffer>>();

/** One of the photos in this form. */
export function original(prng: Prng, form: Form): Promise<Buffer> {
  return formOf(prng.oneOf(NAMES), form);
}

/** A photo that passes every rule, as it comes in the package. */
export function goodPhoto(): Promise<Buffer> {
  return photo(GOOD);
}

function formOf(name: string, form: Form): Promise<Buffer> {
  const key = `${name} ${form}`;
  const known = made.get(key);
  if (known) return known;
  const making = photo(name).then((file) => {
    const small = sharp(file).resize({ width: SIDE, height: SIDE, fit: 'inside', withoutEnlargement: true });
    return FORMS[form](small).toBuffer();
  });
  made.set(key, making);
  return making;
}
