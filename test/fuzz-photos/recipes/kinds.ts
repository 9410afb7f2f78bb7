// Files of other kinds than a sound photo: formats that are not accepted, animations, files that are two things, next
// to nothing; and unusual photos that have to be read all the same.

import sharp from 'sharp';
import { jpeg, type Part, png } from '../containers.ts';
import { ALL_FORMS, goodPhoto, original } from '../originals.ts';
import type { Prng } from '../prng.ts';
import { once, type Recipes } from '../recipe.ts';

const UNSUPPORTED = ['unsupported_format'] as const;
const svg = (inside: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="600" height="600">${inside}</svg>`;

/** Ten entities, each ten times the one before. */
const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
const DRAWINGS = [
  svg('<rect width="300" height="300"/>'),
  svg('<image xlink:href="file:///etc/passwd" width="9" height="9"/>'),
  svg('<image xlink:href="http://127.0.0.1:1/" width="9" height="9"/>'),
  `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "ha">${laughs}]>${svg('<text>&l9;</text>')}`,
  `\ufeff  \n<!-- a comment -->${svg('')}`,
];

const brand = (name: string) => Buffer.from(`\0\0\0\x1cftyp${name}\0\0\0\0mif1${name}${'\0'.repeat(40)}`, 'latin1');

async function frames(): Promise<Buffer> {
  const pictures = ['#ff0000', '#00ff00', '#0000ff'].map((background) =>
    sharp({ create: { width: 320, height: 320, channels: 3, background } })
      .png()
      .toBuffer(),
  );
  return sharp(await Promise.all(pictures), { join: { animated: true } })
    .gif({ delay: [50, 50, 50] })
    .toBuffer();
}
const animatedGif = once(frames);
const animatedWebp = once(async () =>
  sharp(await animatedGif(), { animated: true })
    .webp()
    .toBuffer(),
);
const avif = once(async () =>
  sharp(await goodPhoto())
    .resize(200)
    .avif({ effort: 0 })
    .toBuffer(),
);
const tiff = once(async () =>
  sharp(await goodPhoto())
    .resize(200)
    .tiff()
    .toBuffer(),
);

/** The control chunk of an animated PNG before the pixels: the frames that it announces never come. */
async function animatedPng(prng: Prng): Promise<Buffer> {
  const parts = png.split(await original(prng, 'png'));
  const control: Part = { type: 'acTL', data: Buffer.from([0, 0, 0, 2 + prng.below(200), 0, 0, 0, 0]) };
  return png.join(parts.toSpliced(1, 0, control));
}

const TAILS = [
  'PK\x03\x04\x14\0\0\0\0\0',
  '<script>alert(document.domain)</script>',
  '<?php system($_GET["c"]); ?>',
  '%PDF-1.7\n1 0 obj',
  'GIF89a',
];

/** Whatever it is read as, it is read: the same photo in a form that is rare. */
const rare = (make: (file: Buffer, prng: Prng) => Promise<Buffer>) => async (prng: Prng) =>
  ({ bytes: await make(await goodPhoto(), prng), must: 'be read' }) as const;

export const kinds: Recipes = {
  empty: () => ({ bytes: Buffer.alloc(0), must: ['truncated'] }),
  'one byte': (prng) => ({ bytes: prng.bytes(1), must: UNSUPPORTED }),
  noise: (prng) => ({ bytes: prng.bytes(1 + prng.below(5000)) }),
  'a signature and nothing': (prng) => {
    const signature = prng.oneOf([
      '\xff\xd8\xff',
      '\x89PNG\r\n\x1a\n',
      'RIFF\xff\xff\xff\xffWEBP',
      'RIFF\0\0\0\0WEBPVP8 ',
    ]);
    return { bytes: Buffer.from(signature, 'latin1'), must: ['truncated', 'corrupt', 'unsupported_format'] };
  },
  'a signature and noise': (prng) => {
    const signature = prng.oneOf(['\xff\xd8\xff\xe0', '\x89PNG\r\n\x1a\n', 'RIFF\x20\x40\0\0WEBPVP8X']);
    return { bytes: Buffer.concat([Buffer.from(signature, 'latin1'), prng.bytes(4000)]) };
  },
  svg: (prng) => ({ bytes: Buffer.from(prng.oneOf(DRAWINGS)), must: UNSUPPORTED }),
  gif: async () => ({ bytes: await animatedGif(), must: UNSUPPORTED }),
  avif: async () => ({ bytes: await avif(), must: UNSUPPORTED }),
  tiff: async () => ({ bytes: await tiff(), must: UNSUPPORTED }),
  'heif of a kind': (prng) => ({
    bytes: brand(prng.oneOf(['heic', 'heix', 'mif1', 'msf1', 'hevc'])),
    must: UNSUPPORTED,
  }),
  bmp: () => ({ bytes: Buffer.concat([Buffer.from('BM'), Buffer.alloc(200)]), must: UNSUPPORTED }),
  pdf: () => ({ bytes: Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj'), must: UNSUPPORTED }),
  text: (prng) => ({
    bytes: Buffer.from(prng.oneOf(['{"photos":[]}', '<html><body>hi', '#!/bin/sh\nexit', 'P6 9 9 255\n'])),
    must: UNSUPPORTED,
  }),
  'animated webp': async () => ({ bytes: await animatedWebp(), must: ['animated'] }),
  'animated png': async (prng) => ({ bytes: await animatedPng(prng), must: ['animated'] }),
  'more than 10 MB': async () => ({
    bytes: Buffer.concat([await goodPhoto(), Buffer.alloc(10 * 2 ** 20)]),
    must: ['too_many_bytes'],
  }),
  'a photo with a tail': async (prng) => {
    const file = await original(prng, prng.oneOf(ALL_FORMS));
    return { bytes: Buffer.concat([file, Buffer.from(prng.oneOf(TAILS), 'latin1')]), must: 'be read' };
  },
  'a jpeg with a page in its comment': async (prng) => {
    const comment = { type: 'fe', data: Buffer.from(prng.oneOf(TAILS), 'latin1') };
    return { bytes: jpeg.join([comment, ...jpeg.split(await goodPhoto())]), must: 'be read' };
  },
  'a page with a jpeg in it': async (prng) => ({
    bytes: Buffer.concat([Buffer.from(prng.oneOf(TAILS), 'latin1'), await goodPhoto()]),
    must: UNSUPPORTED,
  }),
  'a jpeg called something else inside': async () => ({
    bytes: Buffer.concat([brand('heic'), await goodPhoto()]),
    must: UNSUPPORTED,
  }),
  'cmyk jpeg': rare((file) => sharp(file).toColourspace('cmyk').jpeg().toBuffer()),
  'gray jpeg': rare((file) => sharp(file).toColourspace('b-w').jpeg().toBuffer()),
  'wide-gamut jpeg': rare((file) => sharp(file).withIccProfile('p3').jpeg().toBuffer()),
  '16-bit png': rare((file) => sharp(file).toColourspace('rgb16').png().toBuffer()),
  'png with alpha': rare((file) => sharp(file).ensureAlpha(0.7).png().toBuffer()),
  'webp with alpha': rare((file) => sharp(file).ensureAlpha(0.7).webp().toBuffer()),
  'exif orientation': rare((file, prng) => oriented(file, prng.below(9))),
  'exif orientation that is none': async (prng) => ({
    bytes: await oriented(await goodPhoto(), 9 + prng.below(60_000)),
  }),
  'a profile of noise': async (prng) => {
    const profile = Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), prng.bytes(600)]);
    return { bytes: jpeg.join([{ type: 'e2', data: profile }, ...jpeg.split(await goodPhoto())]) };
  },
  'a profile in 255 pieces of which one is there': async (prng) => {
    const profile = Buffer.concat([Buffer.from('ICC_PROFILE\0\x05\xff', 'latin1'), prng.bytes(600)]);
    return { bytes: jpeg.join([{ type: 'e2', data: profile }, ...jpeg.split(await goodPhoto())]) };
  },
  'thin as a line': async (prng) => {
    const [width, height] = prng.oneOf([
      [1, 1],
      [1, 16_000],
      [16_000, 1],
      [2, 2],
      [3, 5000],
    ] as const);
    const picture = sharp(await goodPhoto()).resize({ width, height, fit: 'fill' });
    return { bytes: await (prng.below(2) === 0 ? picture.png() : picture.jpeg()).toBuffer(), must: 'be read' };
  },
};

/** The EXIF is written by hand: libraries write only what makes sense. */
async function oriented(file: Buffer, orientation: number): Promise<Buffer> {
  const entry = Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1, orientation >> 8, orientation & 0xff, 0, 0]);
  const tiffFile = [Buffer.from('MM\0\x2a\0\0\0\x08\0\x01', 'latin1'), entry, Buffer.alloc(4)];
  const exif = { type: 'e1', data: Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), ...tiffFile]) };
  return jpeg.join([exif, ...jpeg.split(file)]);
}
