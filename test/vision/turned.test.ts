// A photo on its side or on its head is named with the turn that makes it upright, and is good once it was turned so.

import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PictureReading } from '../../domain/photo.ts';
import { type QuarterTurn, verdictOf } from '../../domain/photo-findings.ts';
import { judgePhoto } from '../../domain/photo-rules.ts';
import { franck } from '../support/photos.ts';
import { vision } from './shared-vision.ts';

let upright: Buffer;
beforeAll(async () => {
  const [file = Buffer.alloc(0)] = await franck(1);
  upright = await sharp(file).png().toBuffer();
});

const turned = (reading: PictureReading) => judgePhoto(reading).find(({ code }) => code === 'turned');
const pixels = (file: Uint8Array | undefined) => sharp(file).raw().toBuffer({ resolveWithObject: true });

/** By how much it was turned, and by how much it has to be turned again. */
const TURNS: [by: QuarterTurn, back: QuarterTurn][] = [
  [90, 270],
  [180, 180],
  [270, 90],
];

describe.each(TURNS)('a photo turned by %i°', (by, back) => {
  test(`is rejected as it is, accepted when turned by ${back}°, and stored as if it had come upright`, async () => {
    const file = await sharp(upright).rotate(by).png().toBuffer();
    const asItIs = await vision.prepare(file);
    expect(verdictOf(judgePhoto(asItIs.reading))).toBe('rejected');
    expect(turned(asItIs.reading)).toMatchObject({ turnBy: back });

    const { reading, stored } = await vision.prepare(file, undefined, back);
    const asUpright = await vision.prepare(upright);
    expect(verdictOf(judgePhoto(reading))).toBe('accepted');
    expect(reading).toMatchObject({ width: 720, height: 576 });
    expect(stored).toEqual(asUpright.stored);
    // So that it is no duplicate of the photo as it is, where that was stored before; the same turn again is one.
    const shaOf = (picture: PictureReading) => picture.readable && picture.sha256;
    expect(shaOf(reading)).not.toBe(shaOf(asItIs.reading));
    expect(shaOf((await vision.prepare(file, undefined, back)).reading)).toBe(shaOf(reading));
  });

  test('is turned after its EXIF orientation', async () => {
    // What the sensor saw lies on its side once more than the viewer shows it.
    const asShown = await sharp(upright).rotate(by).toBuffer();
    const file = await sharp(asShown).rotate(90).withMetadata({ orientation: 8 }).png().toBuffer();
    const { reading, stored } = await vision.prepare(file, undefined, back);
    expect(turned(reading)).toBeUndefined();
    const [mine, theirs] = await Promise.all([
      pixels(stored?.bytes),
      pixels((await vision.prepare(upright)).stored?.bytes),
    ]);
    expect(mine.data.equals(theirs.data)).toBe(true);
  });
});

test('an upright photo is not told to be turned', async () => {
  expect(turned(await vision.read(upright))).toBeUndefined();
});
