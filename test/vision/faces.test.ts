// What is found on real photos, and how it is measured.

import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { MAX_YAW } from '../../domain/face-limits.ts';
import type { FaceReading } from '../../domain/photo.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { franck, GROUP_PHOTOS, photo, photoOfAnotherMan } from '../support/photos.ts';
import { apart, faceIn, facesIn } from './shared-vision.ts';

async function facesOf(files: readonly Buffer[]): Promise<FaceReading[]> {
  const faces: FaceReading[] = [];
  for (const file of files) faces.push(await faceIn(file));
  return faces;
}

describe('the distance of two faces', () => {
  test('grows little when the photo is turned, mirrored or shrunk', async () => {
    const [file = Buffer.alloc(0)] = await franck(1);
    const face = await faceIn(file);
    expect(apart(face, await faceIn(await sharp(file).rotate(20).toBuffer()))).toBeLessThan(0.3);
    expect(apart(face, await faceIn(await sharp(file).flop().toBuffer()))).toBeLessThan(0.3);
    expect(apart(face, await faceIn(await sharp(file).resize({ width: 360 }).toBuffer()))).toBeLessThan(0.25);
  });

  test('the other man of the test photos is far from the first, and alone', async () => {
    const other = await faceIn(await photoOfAnotherMan());
    for (const face of await facesOf(await franck())) expect(apart(face, other)).toBeGreaterThan(1.2);
    expect(other.blur).toBeLessThan(PHOTO_LIMITS.warnBlur);
  });
});

describe('faces', () => {
  test.each(Object.entries(GROUP_PHOTOS))('%s: all %i are found, largest first, each once', async (name, count) => {
    const faces = await facesIn(await photo(name));
    expect(faces).toHaveLength(count);
    const areas = faces.map(({ box }) => box.width * box.height);
    expect(areas).toEqual(areas.toSorted((p, q) => q - p));
    for (const [i, face] of faces.entries()) {
      expect(face.descriptor).toHaveLength(128);
      for (const other of faces.slice(i + 1)) expect(apart(face, other)).toBeGreaterThan(0.8);
    }
  });

  test('a profile is kept with its yaw, and the sign tells the side', async () => {
    const turned = (face: FaceReading) => Math.abs(face.yaw) > MAX_YAW;
    const file = await photo('sample2.jpg');
    const profile = (await facesIn(file)).find(turned);
    const mirrored = (await facesIn(await sharp(file).flop().toBuffer())).find(turned);
    expect(profile?.yaw).toBeLessThan(-MAX_YAW);
    expect(mirrored?.yaw).toBeGreaterThan(MAX_YAW);
  });

  test('boxes are pixels of the whole picture, also where it is larger than what is analysed', async () => {
    const [file = Buffer.alloc(0)] = await franck(1);
    const { box } = await faceIn(file);
    const left = 1800;
    const page = { create: { width: 2880, height: 1600, channels: 3, background: '#fff' } } as const;
    const placed = await faceIn(
      await sharp(page)
        .composite([{ input: file, left, top: 700 }])
        .jpeg()
        .toBuffer(),
    );
    expect(Math.abs(placed.box.x - (left + box.x))).toBeLessThan(box.width * 0.1);
    expect(Math.abs(placed.box.width - box.width)).toBeLessThan(box.width * 0.1);
  });

  test('a blurred face is less sharp, a blurred background changes nothing', async () => {
    const [file = Buffer.alloc(0)] = await franck(1);
    const face = await faceIn(file);
    const blurred = await faceIn(await sharp(file).blur(4).toBuffer());
    expect(blurred.sharpness).toBeLessThan(face.sharpness / 4);
    expect(blurred.blur).toBeGreaterThan(PHOTO_LIMITS.rejectBlur);
    // Sharp from above the forehead to below the chin: what is measured is a little larger than the detector's box.
    const { x, y, width, height } = face.box;
    const cut = {
      left: Math.floor(x - width * 0.2),
      top: Math.floor(y - height * 0.2),
      width: Math.ceil(width * 1.4),
      height: Math.ceil(height * 1.4),
    };
    const input = await sharp(file).extract(cut).png().toBuffer();
    const portrait = await sharp(file)
      .blur(8)
      .composite([{ input, left: cut.left, top: cut.top }])
      .png()
      .toBuffer();
    const inFocus = await faceIn(portrait);
    expect(inFocus.sharpness).toBeGreaterThan(face.sharpness * 0.7);
    expect(inFocus.blur).toBeLessThan(PHOTO_LIMITS.warnBlur);
  });

  test('brightness is that of the face', async () => {
    const [file = Buffer.alloc(0)] = await franck(1);
    const face = await faceIn(file);
    const dark = await faceIn(await sharp(file).linear(0.4, 0).toBuffer());
    expect(dark.brightness / face.brightness).toBeCloseTo(0.4, 1);
  });
});
