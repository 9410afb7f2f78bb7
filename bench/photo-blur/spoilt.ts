// A photo as carelessness spoils it. Amounts are in face widths, so that they mean the same on every photo.

import sharp, { type Sharp } from 'sharp';

/** Of the face's width: as much blur as leaves a face of about 28 pixels. */
const BLUR = 1 / 56;
const MOTION = 40 / 450;
/** Pixels that are left of the face's width. */
const THUMBNAIL = 28;
/** Standard deviation of the noise in each channel, 0–255. */
const NOISE = 15;
const QUALITY = 92;

type Spoil = (file: Buffer, faceWidth: number) => Promise<Buffer>;

const saved = (picture: Sharp, quality = QUALITY) => picture.jpeg({ quality }).toBuffer();

const blurred: Spoil = (file, width) => saved(sharp(file).blur(BLUR * width));

/** The mean of so many pixels along a row, or along a column. */
function moved(direction: 'across' | 'down'): Spoil {
  return (file, faceWidth) => {
    const length = 2 * Math.floor((MOTION * faceWidth) / 2) + 1;
    const lines = [0, 1, 0]; // a kernel has three rows and columns at least
    const isAcross = direction === 'across';
    const kernel = isAcross
      ? lines.flatMap((value) => Array<number>(length).fill(value))
      : Array.from({ length }, () => lines).flat();
    const [width, height] = isAcross ? [length, 3] : [3, length];
    return saved(sharp(file).convolve({ width, height, kernel }));
  };
}

function enlarged(kernel: 'nearest' | 'cubic'): Spoil {
  return async (file, faceWidth) => {
    const { width, height } = await sharp(file).metadata();
    const small = await sharp(file)
      .resize(Math.round((width * THUMBNAIL) / faceWidth))
      .png()
      .toBuffer();
    return saved(sharp(small).resize(width, height, { kernel, fit: 'fill' }));
  };
}

async function noisy(file: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(file)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const create = { width: info.width, height: info.height, channels: 3, background: '#808080' } as const;
  const noise = await sharp({ create: { ...create, noise: { type: 'gaussian', mean: 128, sigma: NOISE } } })
    .removeAlpha()
    .raw()
    .toBuffer();
  const sum = data.map((value, i) => Math.min(255, Math.max(0, value + (noise[i] ?? 128) - 128)));
  return saved(sharp(sum, { raw: { width: info.width, height: info.height, channels: 3 } }));
}

/** What has to be noticed. */
export const SPOILT: Record<string, Spoil> = {
  blurred,
  'blurred, then noise': async (file, width) => noisy(await blurred(file, width)),
  'blurred, JPEG of quality 20': (file, width) => saved(sharp(file).blur(BLUR * width), 20),
  'moved across': moved('across'),
  'moved down': moved('down'),
  'enlarged smoothly': enlarged('cubic'),
  'enlarged by repeated pixels': enlarged('nearest'),
};

/** What must not be taken for blur. */
export const HARMLESS: Record<string, Spoil> = {
  noise: noisy,
  'JPEG of quality 20': (file) => saved(sharp(file), 20),
  gray: (file) => saved(sharp(file).greyscale()),
  'a third of the light': (file) => saved(sharp(file).linear(0.33, 0)),
};
