// What cannot be scored says why, and a small face is seen with all the pixels that there are.

import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { MIN_SCORABLE_WIDTH } from '../../domain/face-limits.ts';
import { analysedWidth } from '../../domain/photo.ts';
import { scorableFace } from '../../domain/score.ts';
import { franck, OTHER_PEOPLE, photo } from '../support/photos.ts';
import { apart, faceIn, pictureOf } from './shared-vision.ts';

/** The photo on a page of `side` pixels, its face `width` pixels wide where the page is 1024. */
async function onPage(file: Buffer, side: number, width: number): Promise<Buffer> {
  const original = await pictureOf(file);
  const [face] = original.faces;
  if (!face) throw new Error('no face');
  const scale = (width * (side / 1024)) / face.box.width;
  const input = await sharp(file)
    .resize(Math.round(original.width * scale))
    .png()
    .toBuffer();
  const page = { create: { width: side, height: side, channels: 3, background: '#8a8' } } as const;
  return sharp(page)
    .composite([{ input, left: Math.round(side * 0.3), top: Math.round(side * 0.2) }])
    .jpeg({ quality: 92 })
    .toBuffer();
}

const people = async () => [...(await franck(2)), ...(await Promise.all(OTHER_PEOPLE.slice(0, 4).map(photo)))];

describe('a small face', () => {
  test.each([24, 30])(
    'of %i pixels in a picture of 1024 is not scored: no low score for want of pixels',
    async (width) => {
      for (const file of await people()) {
        const reading = await pictureOf(await onPage(file, 1024, width));
        expect(['too_small', 'no_face']).toContain(scorableFace(reading));
      }
    },
  );

  test.each([2048, 4096])(
    'of 40 pixels at 1024 is read from the pixels that a picture of %i has more',
    async (side) => {
      for (const file of await people()) {
        const reading = await pictureOf(await onPage(file, side, 40));
        const face = scorableFace(reading);
        if (typeof face === 'string') throw new Error(face);
        expect(analysedWidth(face, reading)).toBeGreaterThan(MIN_SCORABLE_WIDTH);
        expect(apart(face, await faceIn(file))).toBeLessThan(0.65);
      }
    },
  );

  test('is where it is: its box counts pixels of the whole picture', async () => {
    const [file = Buffer.alloc(0)] = await franck(1);
    const [left, top, width] = [4096 * 0.3, 4096 * 0.2, 160];
    const { box } = await faceIn(await onPage(file, 4096, 40));
    const original = (await faceIn(file)).box;
    const scale = width / original.width;
    expect(Math.abs(box.x - (left + original.x * scale))).toBeLessThan(width * 0.1);
    expect(Math.abs(box.y - (top + original.y * scale))).toBeLessThan(width * 0.1);
    expect(Math.abs(box.width - width)).toBeLessThan(width * 0.1);
  });
});

describe('a profile', () => {
  /** The woman at the left of the group looks to the left. */
  const profile = async () =>
    sharp(await photo('sample2.jpg')).extract({ left: 150, top: 20, width: 600, height: 600 });

  test.each([
    ['as it is', async () => profile()],
    ['mirrored', async () => (await profile()).flop()],
    ['larger', async () => (await profile()).resize(1024)],
    ['in gray', async () => (await profile()).greyscale()],
    ['a little blurred', async () => (await profile()).blur(2)],
  ])('%s is an extreme pose, and no low score', async (_name, make) => {
    expect(scorableFace(await pictureOf(await (await make()).png().toBuffer()))).toBe('extreme_pose');
  });
});

describe('a tight crop', () => {
  test.each(OTHER_PEOPLE.slice(0, 6))('of %s, without hair and ears, is still the same face', async (name) => {
    const file = await photo(name);
    const whole = await faceIn(file);
    const { width, height } = await sharp(file).metadata();
    const { x, y, width: faceWidth, height: faceHeight } = whole.box;
    const left = Math.max(0, Math.round(x + faceWidth * 0.05));
    const top = Math.max(0, Math.round(y));
    const tight = await sharp(file)
      .extract({
        left,
        top,
        width: Math.min(width - left, Math.round(faceWidth * 0.9)),
        height: Math.min(height - top, Math.round(faceHeight * 1.05)),
      })
      .png()
      .toBuffer();
    expect(apart(whole, await faceIn(tight))).toBeLessThan(0.65);
  });
});
