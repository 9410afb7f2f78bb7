// Covers drawn over a face by its box alone, apart from those that the network was fitted on (bench/covers).

import sharp from 'sharp';
import type { Box } from '../../domain/photo.ts';

type Draw = (at: (x: number, y: number) => string, box: Box) => string;

/** Two dark ovals, a bridge and arms. */
const sunglasses = (colour: string): Draw => {
  return (at, { width, height }) => {
    const lens = (x: number) =>
      `<ellipse ${xy('c', at(x, 0.42))} rx="${width * 0.2}" ry="${height * 0.12}" fill="${colour}"/>`;
    const line = (from: string, to: string) =>
      `<line ${xy('', from, '1')} ${xy('', to, '2')} stroke="${colour}" stroke-width="${width * 0.03}"/>`;
    return lens(0.3) + lens(0.7) + line(at(0.3, 0.4), at(0.7, 0.4)) + line(at(0, 0.38), at(1, 0.38));
  };
};

/** From the bridge of the nose to under the chin, with loops to the ears. */
const mask = (colour: string): Draw => {
  return (at, { width }) =>
    `<polygon points="${[at(0.02, 0.6), at(0.5, 0.52), at(0.98, 0.6), at(0.86, 1), at(0.5, 1.07), at(0.14, 1)].join(' ')}" fill="${colour}"/>` +
    `<polyline points="${[at(-0.05, 0.4), at(0.04, 0.62)].join(' ')}" stroke="${colour}" stroke-width="${width * 0.02}"/>`;
};

const half: Draw = (at, { width, height }) =>
  `<rect ${xy('', at(0.5, -0.1))} width="${width * 0.8}" height="${height * 1.2}" fill="#000"/>`;

const stripes: Draw = (at, { width, height }) =>
  Array.from(
    { length: 9 },
    (_, i) => `<rect ${xy('', at(0, i / 9))} width="${width}" height="${height / 18}" fill="#222"/>`,
  ).join('');

const rims: Draw = (at, { width, height }) => {
  const lens = (x: number) =>
    `<ellipse ${xy('c', at(x, 0.42))} rx="${width * 0.19}" ry="${height * 0.11}" fill="none" stroke="#111" stroke-width="${width * 0.025}"/>`;
  return lens(0.3) + lens(0.7);
};

const hat: Draw = (at, { width, height }) =>
  `<rect ${xy('', at(-0.4, -0.7))} width="${width * 1.8}" height="${height * 0.8}" fill="#345"/>`;

/** `x="…" y="…"`, or with a letter before or after: `cx`, `x1`. */
function xy(before: string, point: string, after = ''): string {
  const [x, y] = point.split(',');
  return `${before}x${after}="${x}" ${before}y${after}="${y}"`;
}

async function drawn(file: Buffer, box: Box, draw: Draw): Promise<Buffer> {
  const { width, height } = await sharp(file).metadata();
  const at = (x: number, y: number) => `${(box.x + x * box.width).toFixed(1)},${(box.y + y * box.height).toFixed(1)}`;
  const input = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${draw(at, box)}</svg>`,
  );
  return sharp(file).composite([{ input }]).jpeg({ quality: 92 }).toBuffer();
}

/** The face in blocks of a fourteenth of its width. */
async function mosaic(file: Buffer, box: Box): Promise<Buffer> {
  const [left, top] = [Math.max(0, Math.round(box.x)), Math.max(0, Math.round(box.y))];
  const { width, height } = await sharp(file).metadata();
  const size = {
    width: Math.min(width - left, Math.round(box.width)),
    height: Math.min(height - top, Math.round(box.height)),
  };
  const blocks = { width: 14, height: Math.round((14 * size.height) / size.width) };
  const small = await sharp(file)
    .extract({ left, top, ...size })
    .resize({ ...blocks, fit: 'fill' })
    .png()
    .toBuffer();
  const input = await sharp(small)
    .resize({ ...size, fit: 'fill', kernel: 'nearest' })
    .png()
    .toBuffer();
  return sharp(file).composite([{ input, left, top }]).jpeg({ quality: 92 }).toBuffer();
}

export type Cover = (file: Buffer, face: Box) => Promise<Buffer>;
const by =
  (draw: Draw): Cover =>
  (file, face) =>
    drawn(file, face, draw);

export const COVERS = {
  sunglasses: by(sunglasses('#111')),
  'brown glasses': by(sunglasses('rgba(60,30,10,0.9)')),
  'surgical mask': by(mask('#9cc4d8')),
  'black mask': by(mask('#111')),
  'half behind a phone': by(half),
  stripes: by(stripes),
  mosaic,
} satisfies Record<string, Cover>;

/** Not covered, though something was drawn on. */
export const NO_COVERS: Record<string, Cover> = {
  'clear glasses': by(rims),
  'a hat': by(hat),
  gray: (file) => sharp(file).grayscale().jpeg().toBuffer(),
  'side light': async (file) => {
    const { width, height } = await sharp(file).metadata();
    const input = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="g"><stop offset="0.3" stop-color="black" stop-opacity="0.6"/><stop offset="0.7" stop-color="black" stop-opacity="0"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/></svg>`,
    );
    return sharp(file).composite([{ input }]).jpeg().toBuffer();
  },
};
