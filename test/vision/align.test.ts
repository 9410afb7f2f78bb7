import { describe, expect, test } from 'vitest';
import { cropTransform, fitSimilarity, type RgbImage, unmap, warp } from '../../adapters/vision/align.ts';

const TRIANGLE = [
  { x: 10, y: 20 },
  { x: 60, y: 25 },
  { x: 30, y: 70 },
];

function pictureOf(side: number, colourAt: (x: number, y: number) => [number, number, number]): RgbImage {
  const data = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) data.set(colourAt(x, y), (y * side + x) * 3);
  return { data, width: side, height: side };
}

describe('alignment', () => {
  test('points that were turned, scaled and shifted are laid back exactly', () => {
    const [a, b, tx, ty] = [0.4, 0.3, -7, 12];
    const moved = TRIANGLE.map(({ x, y }) => ({ x: a * x - b * y + tx, y: b * x + a * y + ty }));
    const transform = fitSimilarity(TRIANGLE, moved);
    expect(transform.a).toBeCloseTo(a, 10);
    expect(transform.b).toBeCloseTo(b, 10);
    moved.forEach((point, i) => {
      expect(unmap(transform, point).x).toBeCloseTo(TRIANGLE[i]?.x ?? Number.NaN, 8);
      expect(unmap(transform, point).y).toBeCloseTo(TRIANGLE[i]?.y ?? Number.NaN, 8);
    });
  });

  test('a crop is upright, centred and scaled to its chip', () => {
    // Green below the 45° line through the middle: after a turn by 45° the border is the horizontal middle.
    const picture = pictureOf(101, (x, y) => (y > x ? [0, 200, 0] : [200, 0, 0]));
    const chip = warp(picture, cropTransform({ x: 50, y: 50 }, 40, Math.PI / 4, 20), 20);
    const colour = (x: number, y: number) => [...chip.data.subarray((y * 20 + x) * 3, (y * 20 + x) * 3 + 3)];
    expect(colour(10, 3)).toEqual([200, 0, 0]);
    expect(colour(10, 17)).toEqual([0, 200, 0]);
  });

  test('a fine pattern shrinks to its mean instead of a moiré', () => {
    const picture = pictureOf(128, (x, y) => ((x + y) % 2 === 0 ? [0, 0, 0] : [200, 200, 200]));
    const chip = warp(picture, cropTransform({ x: 64, y: 64 }, 120, 0, 30), 30);
    expect(Math.min(...chip.data)).toBeGreaterThan(90);
    expect(Math.max(...chip.data)).toBeLessThan(110);
  });

  test('outside of the picture the edge goes on', () => {
    const picture = pictureOf(8, () => [9, 60, 120]);
    const chip = warp(picture, cropTransform({ x: 0, y: 0 }, 16, 0, 16), 16);
    expect([...new Set(chip.data)].sort((p, q) => p - q)).toEqual([9, 60, 120]);
  });
});
