// What a still may cost. The highest price bounds every way that the loop can go.

import { describe, expect, it } from 'vitest';
import { againPrice, drawPrice, type PricedStill, repaintPrice, stillPrice } from '../../../../domain/stills/price.ts';
import { routeModels } from '../../../../domain/stills/routes.ts';
import type { RouteId } from '../../../../domain/stills/still.ts';
import { profileOf } from './profiles.ts';

const SIZE = { width: 1328, height: 752 };

function priced(route: RouteId, people: number, more: Partial<PricedStill> = {}): PricedStill {
  return {
    route,
    models: routeModels(route, profileOf),
    cast: Array(people).fill({ hasFace: true }),
    size: SIZE,
    references: 0,
    megapixel: 1_000_000,
    ...more,
  };
}

describe('the price of a still', () => {
  it.each<[string, PricedStill, number, number, number]>([
    ['of one character without repairs', priced('lora', 1), 0, 35_000, 35_000],
    ['of one character: each repair is one picture', priced('lora', 1), 2, 35_000, 105_000],
    ['of nobody: each repair is a new scene', priced('lora', 0), 2, 35_000, 105_000],
    ['of two: the scene and one face, three times', priced('lora+inpaint', 2), 2, 70_000, 210_000],
    ['of four: the scene and three faces', priced('lora+inpaint', 4), 1, 140_000, 280_000],
    ['of two in one picture: a repair may paint both', priced('lora', 2), 1, 35_000, 105_000],
    [
      'of a woman and a dog: the dog is in the scene and is never painted by its face',
      priced('lora+inpaint', 2, { cast: [{ hasFace: true }, { hasFace: false }] }),
      1,
      35_000,
      70_000,
    ],
    ['of two megapixels', priced('lora', 1, { size: { width: 1024, height: 1024 } }), 0, 70_000, 70_000],
    [
      'of one megapixel of 1024²',
      priced('lora', 1, { size: { width: 1024, height: 1024 }, megapixel: 1_048_576 }),
      0,
      35_000,
      35_000,
    ],
  ])('%s', (_, still, repairs, lowest, highest) => {
    expect(stillPrice(still, repairs)).toEqual({ lowest, highest });
  });

  it('of an editor counts each picture that it is given, one of an unknown size as the largest', () => {
    // One megapixel drawn, and up to 2048 × 2048 for the reference: five megapixels of 10⁶.
    expect(drawPrice(priced('refs', 1))).toBe(6 * 12_000);
    expect(drawPrice(priced('refs', 1, { references: 2 }))).toBe(16 * 12_000);
    expect(drawPrice(priced('lora+refs', 2))).toBe(11 * 21_000);
    // The picture and the reference are given.
    expect(repaintPrice(priced('lora+refs', 2))).toBe(7 * 21_000);
  });

  it('of one more pass is that of a new scene with its faces, or of the dearest repair', () => {
    expect(againPrice(priced('lora+inpaint', 3), 'redraw')).toBe(105_000);
    expect(againPrice(priced('lora', 3), 'redraw')).toBe(35_000);
    expect(againPrice(priced('lora', 3), 'repair')).toBe(105_000);
  });

  it.each([
    ...(['lora', 'lora+inpaint', 'lora+refs', 'refs'] as const).flatMap((route) =>
      [1, 2, 3].map((people) => [route, people] as const),
    ),
  ])('bounds every way through the loop of %s with %i people', (route, people) => {
    const still = priced(route, people);
    const maxRepairs = 3;
    const { highest } = stillPrice(still, maxRepairs);
    const later = route === 'lora+inpaint' ? people - 1 : 0;
    const scene = drawPrice(still) + later * repaintPrice(still);
    const faces = people * repaintPrice(still);
    for (let redraws = 0; redraws <= maxRepairs; redraws++) {
      expect(scene + redraws * scene + (maxRepairs - redraws) * faces).toBeLessThanOrEqual(highest);
    }
  });
});
