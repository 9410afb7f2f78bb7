// What a file must be to be read, and what is left of it when it is stored.

import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVision, type VisionThreads } from '../../adapters/vision/vision.ts';
import type { FaceReading, PictureReading, ReadablePicture } from '../../domain/photo.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { franck } from '../support/photos.ts';

let vision: VisionThreads;
let face: Buffer;
beforeAll(async () => {
  vision = createVision();
  [face = Buffer.alloc(0)] = await franck(1);
});
afterAll(() => vision.close());

function readable(reading: PictureReading): ReadablePicture {
  if (!reading.readable) throw new Error(`unreadable: ${reading.problem}`);
  return reading;
}

function onlyFace(reading: PictureReading): FaceReading {
  const { faces } = readable(reading);
  if (faces.length !== 1 || !faces[0]) throw new Error(`${faces.length} faces`);
  return faces[0];
}

/** A PNG chunk without a valid checksum: enough for what is refused before it is checked. */
function chunk(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, Buffer.from(type, 'latin1'), body, Buffer.alloc(4)]);
}

/** 64 million pixels of nothing in some kilobytes. */
async function bomb(): Promise<Buffer> {
  const create = { width: 8_000, height: 8_000, channels: 3, background: '#000' } as const;
  return sharp({ create, limitInputPixels: false }).png().toBuffer();
}

async function animation(): Promise<Buffer> {
  const frames = ['#ff0000', '#0000ff'].map((background) =>
    sharp({ create: { width: 64, height: 64, channels: 3, background } })
      .png()
      .toBuffer(),
  );
  return sharp(await Promise.all(frames), { join: { animated: true } })
    .gif({ delay: [100, 100] })
    .toBuffer();
}

async function animatedPng(frames: number): Promise<Buffer> {
  const still = await sharp(face).png().toBuffer();
  const headerEnd = still.indexOf('IHDR') + 4 + 13 + 4;
  const control = Buffer.alloc(8);
  control.writeUInt32BE(frames);
  return Buffer.concat([still.subarray(0, headerEnd), chunk('acTL', control), still.subarray(headerEnd)]);
}

const cutOff = (file: Buffer) => file.subarray(0, Math.floor(file.length * 0.7));

describe('files that are refused', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600"><rect width="9" height="9"/></svg>';
  const cases: [string, () => Promise<Buffer>, string, string | undefined][] = [
    ['a drawing (SVG)', async () => Buffer.from(svg), 'unsupported_format', 'svg'],
    [
      'a drawing with a prologue',
      async () => Buffer.from(`<?xml version="1.0"?>\n${svg}`),
      'unsupported_format',
      'svg',
    ],
    ['an animated GIF', animation, 'unsupported_format', 'gif'],
    ['a TIFF', () => sharp(face).tiff().toBuffer(), 'unsupported_format', 'tiff'],
    ['an AVIF', () => sharp(face).resize(64).avif({ effort: 0 }).toBuffer(), 'unsupported_format', 'avif'],
    [
      'an AVIF of a general brand',
      async () => Buffer.from('\0\0\0\x1cftypmif1\0\0\0\0avifmif1miaf', 'latin1'),
      'unsupported_format',
      'avif',
    ],
    [
      'a HEIC of a general brand',
      async () => Buffer.from('\0\0\0\x18ftypmif1\0\0\0\0mif1heic', 'latin1'),
      'unsupported_format',
      'heif',
    ],
    ['a HEIC', async () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), 'unsupported_format', 'heif'],
    ['a PDF', async () => Buffer.from('%PDF-1.7\n'), 'unsupported_format', 'pdf'],
    ['a text', async () => Buffer.from('not a picture'), 'unsupported_format', undefined],
    [
      'an animated WebP',
      async () =>
        sharp(await animation(), { animated: true })
          .webp()
          .toBuffer(),
      'animated',
      'webp',
    ],
    ['an animated PNG', () => animatedPng(2), 'animated', 'png'],
    ['a JPEG cut off', async () => cutOff(face), 'truncated', 'jpeg'],
    [
      'a progressive JPEG cut off',
      async () => cutOff(await sharp(face).jpeg({ progressive: true }).toBuffer()),
      'truncated',
      'jpeg',
    ],
    ['a PNG cut off', async () => cutOff(await sharp(face).png().toBuffer()), 'truncated', 'png'],
    ['a WebP cut off', async () => cutOff(await sharp(face).webp().toBuffer()), 'truncated', 'webp'],
    ['a JPEG of three bytes', async () => face.subarray(0, 3), 'truncated', 'jpeg'],
    ['an empty file', async () => Buffer.alloc(0), 'truncated', undefined],
    ['a PNG with broken pixels', async () => broken(await sharp(face).png().toBuffer()), 'corrupt', 'png'],
    ['a decompression bomb', bomb, 'too_many_pixels', 'png'],
    [
      'a file of too many bytes',
      async () => Buffer.concat([face, Buffer.alloc(PHOTO_LIMITS.maxBytes)]),
      'too_many_bytes',
      'jpeg',
    ],
  ];

  test.each(cases)('%s', async (_name, make, problem, format) => {
    const file = await make();
    const unreadable = { readable: false, problem, format, bytes: file.length };
    expect(await vision.read(file)).toEqual(unreadable);
    expect(await vision.prepare(file)).toEqual({ reading: unreadable });
  });

  function broken(file: Buffer): Buffer {
    const copy = Buffer.from(file);
    copy.fill(0x5a, Math.floor(copy.length / 2), Math.floor(copy.length / 2) + 64);
    return copy;
  }
});

describe('files that are read', () => {
  const cases: [string, () => Promise<Buffer>, string][] = [
    ['a JPEG', async () => face, 'jpeg'],
    ['a PNG', () => sharp(face).png().toBuffer(), 'png'],
    ['a WebP', () => sharp(face).webp({ quality: 95 }).toBuffer(), 'webp'],
    ['a PNG of 16 bit', () => sharp(face).toColourspace('rgb16').png().toBuffer(), 'png'],
    ['a CMYK JPEG', () => sharp(face).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(), 'jpeg'],
    [
      'a JPEG with a wide-gamut profile',
      () => sharp(face).withIccProfile('p3').jpeg({ quality: 95 }).toBuffer(),
      'jpeg',
    ],
    ['a gray JPEG', () => sharp(face).toColourspace('b-w').jpeg({ quality: 95 }).toBuffer(), 'jpeg'],
    ['a PNG with the control chunk of an animation of one picture', () => animatedPng(1), 'png'],
    ['a PNG with an alpha channel', () => sharp(face).ensureAlpha().png().toBuffer(), 'png'],
  ];

  test.each(cases)('%s: the same face, and stored as 8-bit sRGB JPEG', async (_name, make, format) => {
    const original = onlyFace(await vision.read(face));
    const { reading, stored } = await vision.prepare(await make());
    expect(readable(reading)).toMatchObject({ format, width: 720, height: 576 });
    expect(Math.abs(onlyFace(reading).box.x - original.box.x)).toBeLessThan(original.box.width * 0.05);
    expect(Math.abs(onlyFace(reading).brightness - original.brightness)).toBeLessThan(10);
    const metadata = await sharp(stored?.bytes).metadata();
    expect(metadata).toMatchObject({
      format: 'jpeg',
      depth: 'uchar',
      space: 'srgb',
      channels: 3,
      width: 720,
      height: 576,
    });
    expect(metadata.chromaSubsampling).toBe('4:4:4');
  });
});

describe('what is stored', () => {
  test('holds no EXIF, no profile and no tail, and stands upright', async () => {
    const upright = onlyFace(await vision.read(face));
    const lying = await sharp(face)
      .rotate(90)
      .withExif({ IFD0: { Artist: 'a secret name' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 8/1 0/1' } })
      .withMetadata({ orientation: 8 })
      .jpeg({ quality: 95 })
      .toBuffer();
    expect((await sharp(lying).metadata()).orientation).toBe(8);
    const polyglot = Buffer.concat([lying, Buffer.from('PK\x03\x04<script>alert(1)</script>')]);

    const { reading, stored } = await vision.prepare(polyglot);
    expect(readable(reading)).toMatchObject({ width: 720, height: 576 });
    expect(onlyFace(reading).box.x).toBeCloseTo(upright.box.x, -1);
    expect(onlyFace(reading).box.y).toBeCloseTo(upright.box.y, -1);
    expect(stored).toMatchObject({ width: 720, height: 576 });
    const { exif, icc, xmp, orientation } = await sharp(stored?.bytes).metadata();
    expect({ exif, icc, xmp, orientation }).toEqual({});
    expect(stored?.bytes.includes('<script>')).toBe(false);
    expect(stored?.bytes.includes('secret')).toBe(false);
  });

  test('is at most 2048 pixels a side, is the same for the same file, and reads like it', async () => {
    const large = await sharp(face).resize(3000).jpeg({ quality: 92 }).toBuffer();
    const first = await vision.prepare(large);
    const again = await vision.prepare(large);
    expect(first.stored).toMatchObject({ width: 2048, height: 1638 });
    expect(again.stored?.sha256).toBe(first.stored?.sha256);
    expect(first.reading).toEqual(await vision.read(large));
    const small = readable(await vision.read(face));
    expect(onlyFace(first.reading).box.width / 3000).toBeCloseTo(onlyFace(small).box.width / 720, 2);
  });

  test('shows transparent parts as white', async () => {
    const hole = await sharp({ create: { width: 64, height: 64, channels: 4, background: '#00000000' } })
      .png()
      .toBuffer();
    const { stored } = await vision.prepare(hole);
    expect((await sharp(stored?.bytes).stats()).channels.map((channel) => channel.min)).toEqual([255, 255, 255]);
  });
});

test('a PNG that lies about its size is an answer, not a crash', async () => {
  const header = Buffer.from([0, 0, 0x10, 0, 0, 0, 0x10, 0, 8, 2, 0, 0, 0]);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const pixels = chunk('IDAT', deflateSync(Buffer.alloc(10)));
  const file = Buffer.concat([signature, chunk('IHDR', header), pixels, chunk('IEND', Buffer.alloc(0))]);
  expect(await vision.read(file)).toMatchObject({ readable: false, problem: 'corrupt', format: 'png' });
});

describe('what cameras write and every viewer shows is no damage', () => {
  const QUANTISATION = 0xdb;
  const FRAME = 0xc0;
  const SCAN = 0xda;
  const STRAY_BYTES = 18;

  let original: Buffer;
  let upright: Buffer;
  beforeAll(async () => {
    original = await sharp(face).resize(1080).jpeg({ quality: 92 }).toBuffer();
    upright = await pixelsOf(original);
  });

  async function pixelsOf(file: Buffer): Promise<Buffer> {
    const { stored } = await vision.prepare(file);
    if (!stored) throw new Error('nothing to store');
    return stored.bytes;
  }

  /** Where a segment of this marker begins. */
  function segment(file: Buffer, marker: number): number {
    for (let at = 2; at < file.length; at += 2 + file.readUInt16BE(at + 2)) {
      if (file[at + 1] === marker) return at;
    }
    throw new Error('no such segment');
  }

  /** The header of the scan ends in three bytes that say nothing in a baseline JPEG; Samsung phones fill them oddly. */
  function withScanTail(...tail: number[]): Buffer {
    const file = Buffer.from(original);
    const at = segment(file, SCAN);
    const end = at + 2 + file.readUInt16BE(at + 2);
    file.set(tail, end - tail.length);
    return file;
  }

  function withStrayBytes(marker: number): Buffer {
    const at = segment(original, marker);
    return Buffer.concat([original.subarray(0, at), Buffer.alloc(STRAY_BYTES), original.subarray(at)]);
  }

  test.each<[string, () => Buffer]>([
    ['a scan header with the tail 00 00 00', () => withScanTail(0, 0, 0)],
    ['a scan header with the tail 01 3f 10', () => withScanTail(0x01, 0x3f, 0x10)],
    ['stray bytes before the quantisation tables', () => withStrayBytes(QUANTISATION)],
    ['stray bytes before the frame header', () => withStrayBytes(FRAME)],
    ['stray bytes before the scan', () => withStrayBytes(SCAN)],
  ])('%s: the same pixels are stored', async (_name, make) => {
    const file = make();
    expect(file.equals(original)).toBe(false);
    expect((await pixelsOf(file)).equals(upright)).toBe(true);
  });

  test.each([
    ['baseline', false],
    ['progressive', true],
  ])('a %s JPEG without its end marker has all its pixels', async (_, progressive) => {
    const file = await sharp(original).jpeg({ quality: 92, progressive }).toBuffer();
    const withoutEnd = file.subarray(0, -2);
    expect(withoutEnd.subarray(-2).equals(file.subarray(-2))).toBe(false);
    expect((await pixelsOf(withoutEnd)).equals(await pixelsOf(file))).toBe(true);
    const shorter = file.subarray(0, -40);
    expect(await vision.read(shorter)).toMatchObject({ readable: false, problem: 'truncated' });
  });

  test.each([0.5, 0.9, 0.99, 0.999])('but a file of which %d is left is cut off', async (share) => {
    const file = original.subarray(0, Math.floor(original.length * share));
    expect(await vision.read(file)).toMatchObject({ readable: false, problem: 'truncated' });
  });
});
