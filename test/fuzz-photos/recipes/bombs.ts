// Small files that ask for much: pixels, scans, text that unpacks to gigabytes, loops in EXIF.

import { constants, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { jpeg, type Part, png, SCANS, uint32BE, webp } from '../containers.ts';
import { goodPhoto, original } from '../originals.ts';
import { once, type Recipes } from '../recipe.ts';

const MB = 2 ** 20;
/** Just under the limit of 52 million pixels: the most that has to be unpacked for an answer. */
const LARGE_SIDE = 7000;
const GRAY = 0;
const RGBA = 6;

interface Header {
  width: number;
  height: number;
  depth: number;
  colour: number;
  interlaced?: boolean;
}

function ihdr({ width, height, depth, colour, interlaced = false }: Header): Part {
  const tail = Buffer.from([depth, colour, 0, 0, interlaced ? 1 : 0]);
  return { type: 'IHDR', data: Buffer.concat([uint32BE(width), uint32BE(height), tail]) };
}

const END: Part = { type: 'IEND', data: Buffer.alloc(0) };
const zeros = (bytes: number) => deflateSync(Buffer.alloc(bytes), { level: constants.Z_BEST_SPEED });

/** A PNG of zeros, sound in every respect. */
function flatPng(header: Header): Buffer {
  const channels = header.colour === RGBA ? 4 : 1;
  const bytes = (width: number, height: number) =>
    width === 0 ? 0 : (1 + Math.ceil((width * channels * header.depth) / 8)) * height;
  const passes = header.interlaced ? ADAM7 : [{ x: 0, y: 0, dx: 1, dy: 1 }];
  const total = passes.reduce(
    (sum, { x, y, dx, dy }) => sum + bytes(Math.ceil((header.width - x) / dx), Math.ceil((header.height - y) / dy)),
    0,
  );
  return png.join([ihdr(header), { type: 'IDAT', data: zeros(total) }, END]);
}

/** The passes of an interlaced PNG (specification, 8.2): first pixel, and steps across and down. */
const ADAM7 = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
];

const hugePng = once(() => flatPng({ width: 20_000, height: 20_000, depth: 1, colour: GRAY }));
const largePng = once(() => flatPng({ width: LARGE_SIDE, height: LARGE_SIDE, depth: 8, colour: GRAY }));
const largeInterlacedPng = once(() =>
  flatPng({ width: LARGE_SIDE, height: LARGE_SIDE, depth: 8, colour: GRAY, interlaced: true }),
);
const deepPng = once(() => flatPng({ width: 5000, height: 5000, depth: 16, colour: RGBA }));
const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#776655' }, limitInputPixels: false });
const largeProgressiveJpeg = once(() => flat(LARGE_SIDE, LARGE_SIDE).jpeg({ progressive: true }).toBuffer());
const hugeJpeg = once(() => flat(8000, 8000).jpeg().toBuffer());
const largeWebp = once(() => flat(16_000, 3000).webp({ lossless: true, effort: 0 }).toBuffer());
const hugeWebp = once(() => flat(16_000, 3500).webp({ lossless: true, effort: 0 }).toBuffer());
const packedZeros = once(() => zeros(256 * MB));

/** A PNG with one more part after its header. */
async function pngWith(part: Part): Promise<Buffer> {
  const [header, ...rest] = png.split(
    await sharp(await goodPhoto())
      .resize(320)
      .png()
      .toBuffer(),
  );
  return png.join(header ? [header, part, ...rest] : [part, ...rest]);
}

/** A TIFF header and one directory of this many entries of our making, whose next directory is itself. */
function loopingExif(entries: number, entry: Buffer): Buffer {
  const count = Buffer.alloc(2);
  count.writeUInt16BE(entries);
  const start = Buffer.from('MM\0\x2a\0\0\0\x08', 'latin1');
  return Buffer.concat([Buffer.from('Exif\0\0'), start, count, ...Array<Buffer>(entries).fill(entry), uint32BE(8)]);
}

/** An entry: tag, type, count and value. */
const exifEntry = (tag: string, type: number, count: number, value: number) =>
  Buffer.concat([Buffer.from(tag, 'hex'), Buffer.from([0, type]), uint32BE(count), uint32BE(value)]);

async function jpegWith(...segments: Part[]): Promise<Buffer> {
  return jpeg.join([...segments, ...jpeg.split(await goodPhoto())]);
}

export const bombs: Recipes = {
  'png of 20000 × 20000': () => ({ bytes: hugePng(), must: ['too_many_pixels'] }),
  'jpeg of 8000 × 8000': async () => ({ bytes: await hugeJpeg(), must: ['too_many_pixels'] }),
  'webp of 16000 × 3500': async () => ({ bytes: await hugeWebp(), must: ['too_many_pixels'] }),
  'png of 49 million pixels': () => ({ bytes: largePng(), must: ['no_face'] }),
  'interlaced png of 49 million pixels': () => ({ bytes: largeInterlacedPng(), must: ['no_face'] }),
  'png of 25 million pixels of 8 bytes': () => ({ bytes: deepPng(), must: ['no_face'] }),
  'progressive jpeg of 49 million pixels': async () => ({ bytes: await largeProgressiveJpeg(), must: ['no_face'] }),
  'webp of 48 million pixels': async () => ({ bytes: await largeWebp(), must: ['no_face'] }),
  'progressive jpeg of a thousand scans': async () => {
    const parts = jpeg.split(await largeProgressiveJpeg());
    const scans = parts.at(-1)?.data ?? Buffer.alloc(0);
    const second = scans.indexOf(Buffer.from('ffda', 'hex'), 2);
    const [first, end] = [scans.subarray(0, second), Buffer.from('ffd9', 'hex')];
    const repeated = Buffer.concat([...Array<Buffer>(1000).fill(first), end]).subarray(0, 9 * MB);
    return { bytes: jpeg.join([...parts.slice(0, -1), { type: SCANS, data: repeated }]) };
  },
  'png that claims 2³¹ pixels a side': async (prng) => {
    const [, ...rest] = png.split(await original(prng, 'png'));
    const side = prng.oneOf([0x7fffffff, 0xffffffff, 1_000_000]);
    return { bytes: png.join([ihdr({ width: side, height: side, depth: 8, colour: 2 }), ...rest]) };
  },
  'png that claims little more than it has': async (prng) => {
    const [, ...rest] = png.split(await original(prng, 'png'));
    const [width, height] = [1 + prng.below(3000), 1 + prng.below(3000)];
    return {
      bytes: png.join([ihdr({ width, height, depth: prng.oneOf([1, 8, 16]), colour: prng.below(7) }), ...rest]),
    };
  },
  'png of no pixels': async (prng) => {
    const [, ...rest] = png.split(await original(prng, 'png'));
    const [width, height] = prng.oneOf([
      [0, 0],
      [0, 300],
      [300, 0],
    ] as const);
    return { bytes: png.join([ihdr({ width, height, depth: 8, colour: 2 }), ...rest]), must: ['corrupt', 'truncated'] };
  },
  'jpeg that lies about its size': async (prng) => {
    const sizes = prng.oneOf([
      [0, 0],
      [0xffff, 0xffff],
      [1, 0xffff],
      [9000, 5000],
      [0, 500],
    ] as const);
    const parts = jpeg.split(await original(prng, 'jpeg')).map((part) => {
      if (part.type !== 'c0') return part;
      const data = Buffer.from(part.data);
      sizes.forEach((size, i) => void data.writeUInt16BE(size, 1 + 2 * i));
      return { ...part, data };
    });
    return { bytes: jpeg.join(parts) };
  },
  'webp whose canvas lies': async (prng) => {
    const parts = webp.split(await original(prng, 'webp with alpha'));
    const canvas = Buffer.from([0x10 | prng.below(64), 0, 0, 0, ...prng.bytes(6)]);
    return { bytes: webp.join(parts.map((part) => (part.type === 'VP8X' ? { ...part, data: canvas } : part))) };
  },
  'png whose profile unpacks to 256 MB': async () => ({
    bytes: await pngWith({ type: 'iCCP', data: Buffer.concat([Buffer.from('p\0\0', 'latin1'), packedZeros()]) }),
  }),
  'png whose text unpacks to 256 MB': async () => ({
    bytes: await pngWith({ type: 'zTXt', data: Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), packedZeros()]) }),
  }),
  'png of ten thousand texts': async () => {
    const text = { type: 'tEXt', data: Buffer.from('Comment\0so what', 'latin1') };
    const [header, ...rest] = png.split(
      await sharp(await goodPhoto())
        .resize(320)
        .png()
        .toBuffer(),
    );
    return { bytes: png.join([...(header ? [header] : []), ...Array<Part>(10_000).fill(text), ...rest]) };
  },
  'jpeg of 9 MB of EXIF': async () => {
    const full = { type: 'e1', data: Buffer.alloc(65_000, 'Exif\0\0MM\0\x2a\0\0\0\x08', 'latin1') };
    return { bytes: await jpegWith(...Array<Part>(140).fill(full)) };
  },
  'jpeg whose EXIF goes round': async () => ({
    bytes: await jpegWith({ type: 'e1', data: loopingExif(1, exifEntry('8769', 4, 1, 8)) }),
  }),
  'jpeg whose EXIF counts to 2³²': async (prng) => {
    const entry = exifEntry(
      prng.oneOf(['0112', '010f', '9286', '8825']),
      1 + prng.below(12),
      0xffffffff,
      prng.below(2 ** 31),
    );
    return { bytes: await jpegWith({ type: 'e1', data: loopingExif(1 + prng.below(4000), entry) }) };
  },
};
