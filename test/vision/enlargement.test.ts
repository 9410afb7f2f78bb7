// Pixels that were only repeated are found, by how much, and nothing else is taken for them.

import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodePicture } from '../../adapters/vision/decode.ts';
import { enlargementOf } from '../../adapters/vision/enlargement.ts';
import { clearPhoto, enlargedThumbnail } from '../support/photo-recipes.ts';
import { franck, OTHER_PEOPLE, photo } from '../support/photos.ts';

const measured = async (file: Buffer) => enlargementOf(await decodePicture(file));

describe('a picture of repeated pixels', () => {
  test.each([40, 60, 77, 90, 180, 240, 360])('tells that it was %i pixels wide', async (width) => {
    const file = await enlargedThumbnail(await clearPhoto(), width, 'nearest');
    expect(1080 / (await measured(file))).toBeCloseTo(width, 0);
  });

  test('tells it after it was saved badly, and after it was made smaller', async () => {
    const file = await enlargedThumbnail(await clearPhoto(), 60, 'nearest');
    expect(await measured(await sharp(file).jpeg({ quality: 50 }).toBuffer())).toBeCloseTo(18, 0);
    expect(await measured(await sharp(file).resize(700).jpeg({ quality: 85 }).toBuffer())).toBeCloseTo(700 / 60, 0);
  });
});

describe('no repeated pixels are seen', () => {
  test('in photos, enlarged smoothly or not, and saved badly or not', async () => {
    const files = [...(await franck(3)), ...(await Promise.all(OTHER_PEOPLE.map(photo)))];
    for (const file of files) {
      expect(await measured(file)).toBe(1);
      expect(await measured(await sharp(file).jpeg({ quality: 20 }).toBuffer())).toBe(1);
      expect(await measured(await sharp(file).resize(1500, null, { kernel: 'lanczos3' }).toBuffer())).toBe(1);
    }
  });

  test('in a white picture, in a frame of one colour, and in a picture of some pixels', async () => {
    const white = { create: { width: 600, height: 400, channels: 3, background: '#fff' } } as const;
    expect(await measured(await sharp(white).png().toBuffer())).toBe(1);
    const framed = sharp(await clearPhoto()).extend({
      top: 300,
      bottom: 300,
      left: 300,
      right: 300,
      background: '#fff',
    });
    expect(await measured(await framed.png().toBuffer())).toBe(1);
    const tiny = { create: { width: 1, height: 3, channels: 3, background: '#fff' } } as const;
    expect(await measured(await sharp(tiny).png().toBuffer())).toBe(1);
  });
});
