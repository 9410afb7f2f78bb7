// What a megapixel is to the provider.

import type { KnownMegapixel } from '../../domain/image-units.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';

/** What a megapixel is to the provider: what its newest bill says, else the setting. */
export interface ImageUnits {
  /** Throws nothing: while it cannot be looked up, what was known last counts. */
  megapixel(): Promise<KnownMegapixel>;
  /** Has a bill of this result tell it from now on, to all processes; a bill that leaves it open changes nothing. */
  billed(call: ProviderCall, units: number): Promise<void>;
}
