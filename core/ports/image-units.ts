// The provider's megapixel.

import type { DrawnSize, KnownMegapixel } from '../../domain/image-units.ts';

/** The provider's megapixel: by its newest bill, else by the setting. */
export interface ImageUnits {
  /** Throws nothing: while it cannot be read, the last known value counts. */
  megapixel(): Promise<KnownMegapixel>;
  /** Takes the value from the bill for these pictures, for all processes. An ambiguous bill changes nothing. */
  billed(callKey: string, drawn: DrawnSize, units: number): Promise<void>;
}
