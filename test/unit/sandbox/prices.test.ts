import { expect, it } from 'vitest';
import { flux2Edit, flux2LoraEdit } from '../../../sandbox/models/flux-2-edit.ts';
import { fluxTraining } from '../../../sandbox/models/flux-training.ts';
import { billedMegapixels, MICROS_PER_MEGAPIXEL } from '../../../sandbox/models/prices.ts';

it.each([
  [512, 512, 1, 1],
  [1024, 768, 1, 1],
  [1000, 1000, 1, 1],
  [1001, 1000, 2, 1],
  [1024, 1024, 2, 1],
  [2048, 2048, 5, 4],
])('an image of %i × %i is billed as %i megapixels of 10⁶ pixels, %i of 1024²', (width, height, decimal, binary) => {
  expect(billedMegapixels(width, height, 1_000_000)).toBe(decimal);
  expect(billedMegapixels(width, height, 1_048_576)).toBe(binary);
});

it('a training of 1000 steps costs two dollars, an image of a megapixel three and a half cents', () => {
  expect(1000 * fluxTraining.price.microsPerUnit).toBe(2_000_000);
  expect(MICROS_PER_MEGAPIXEL).toBe(35_000);
  expect([flux2Edit.price, flux2LoraEdit.price]).toMatchObject([{ microsPerUnit: 12_000 }, { microsPerUnit: 21_000 }]);
});
