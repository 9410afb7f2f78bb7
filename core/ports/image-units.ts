// What a megapixel is to the provider.

import type { DrawnSize, KnownMegapixel } from '../../domain/image-units.ts';

/** What a megapixel is to the provider: what its newest bill says, else the setting. */
export interface ImageUnits {
  /** Throws nothing: while it cannot be looked up, what was known last counts. */
  megapixel(): Promise<KnownMegapixel>;
  /** Has the bill for these pictures tell it from now on, to all processes; one that leaves it open changes nothing. */
  billed(callKey: string, drawn: DrawnSize, units: number): Promise<void>;
}
