// What a megapixel is to the provider, in memory: what a test says.

import type { ImageUnits } from '../../core/ports/image-units.ts';
import { DEFAULT_MEGAPIXEL, type KnownMegapixel } from '../../domain/image-units.ts';

export interface FakeImageUnits extends ImageUnits {
  known: KnownMegapixel;
  /** What bills were told, as `key: units`. */
  bills: string[];
}

export function createFakeImageUnits(): FakeImageUnits {
  const fake: FakeImageUnits = {
    known: { pixels: DEFAULT_MEGAPIXEL, basedOn: 'setting' },
    bills: [],
    megapixel: async () => fake.known,
    billed: async (callKey, _drawn, units) => void fake.bills.push(`${callKey}: ${units}`),
  };
  return fake;
}
