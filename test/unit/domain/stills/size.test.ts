// The size of a still: whole blocks, one megapixel, and the ratio that was asked for.

import { describe, expect, it } from 'vitest';
import type { ImageSize } from '../../../../domain/image-units.ts';
import { type AskedSize, stillSize } from '../../../../domain/stills/size.ts';

const SIDE = { min: 64, max: 2048 };

function sizeOf(asked: AskedSize, side = SIDE): ImageSize {
  const size = stillSize(asked, side);
  if ('refused' in size) throw new Error(size.refused);
  return size;
}

describe('the size of an aspect ratio', () => {
  it.each([
    ['16:9', 1328, 752],
    ['9:16', 752, 1328],
    ['1:1', 992, 992],
    ['4:3', 1152, 864],
    ['3:4', 864, 1152],
    ['21:9', 1520, 656],
    ['2.39:1', 1536, 640],
    [' 3:2 ', 1200, 800],
  ])('%s', (aspectRatio, width, height) => {
    expect(sizeOf({ aspectRatio })).toEqual({ width, height });
  });

  it.each(['16:9', '9:16', '1:1', '4:3', '21:9', '2.39:1', '1.85:1', '5:4', '4:1', '1:4', '7:5'])(
    '%s is of whole blocks, at most one megapixel, and within a percent',
    (aspectRatio) => {
      const { width, height } = sizeOf({ aspectRatio });
      const [across, down] = aspectRatio.split(':').map(Number);
      expect([width % 16, height % 16]).toEqual([0, 0]);
      expect(width * height).toBeLessThanOrEqual(1_000_000);
      expect(width * height).toBeGreaterThan(800_000);
      expect(Math.abs((width / height) * ((down ?? 0) / (across ?? 0)) - 1)).toBeLessThan(0.02);
    },
  );

  it.each(['', 'wide', '16:0', '0:9', '16/9', '-16:9', '16:9:1', '1e3:1', '99999:1', 'NaN:1'])(
    'is none for "%s", and the sentence shows how to write one',
    (aspectRatio) => {
      expect(stillSize({ aspectRatio }, SIDE)).toEqual({ refused: expect.stringContaining('"16:9"') });
    },
  );

  it('is none for a strip', () => {
    expect(stillSize({ aspectRatio: '5:1' }, SIDE)).toEqual({ refused: expect.stringContaining('4 times') });
    expect(stillSize({ width: 2000, height: 400 }, SIDE)).toEqual({ refused: expect.stringContaining('4 times') });
  });

  it('keeps the sides that the model draws', () => {
    expect(sizeOf({ aspectRatio: '21:9' }, { min: 512, max: 2048 })).toEqual({ width: 1520, height: 656 });
    expect(stillSize({ aspectRatio: '4:1' }, { min: 512, max: 2048 })).toEqual({ refused: expect.any(String) });
  });
});

describe('a size in pixels', () => {
  it('is rounded to whole blocks', () => {
    expect(sizeOf({ width: 1920, height: 1080 })).toEqual({ width: 1920, height: 1088 });
    expect(sizeOf({ width: 1024, height: 1024 })).toEqual({ width: 1024, height: 1024 });
  });

  it.each([
    [{ width: 4096, height: 2048 }],
    [{ width: 32, height: 32 }],
    [{ width: 2060, height: 1024 }],
    [{ width: 0, height: 0 }],
  ])('that the model does not draw is refused: %j', (size) => {
    expect(stillSize(size, SIDE)).toEqual({ refused: expect.stringContaining('64 to 2048') });
  });
});
