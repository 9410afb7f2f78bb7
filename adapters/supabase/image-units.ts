// The provider's megapixel, in one row that all processes share. The newest clear bill writes it.

import type { ImageUnits } from '../../core/ports/image-units.ts';
import { type KnownMegapixel, type Megapixel, megapixelOfBill } from '../../domain/image-units.ts';
import type { Supabase } from './client.ts';
import { unwrap, unwrapMaybe } from './unwrap.ts';

/** Milliseconds that a value is cached in a process that has settled no bill itself. */
const KEPT_MS = 10_000;

interface ImageUnitsOptions {
  /** The provider: the sandbox's bills say nothing about fal's. */
  provider: 'fal' | 'sandbox';
  /** The value until a bill has shown it. */
  setting: Megapixel;
  /** Called when a bill shows a new value, in the process that settled it. `before`: the value until then. */
  learned(bill: { before: KnownMegapixel; pixels: Megapixel; callKey: string }): void;
  /** Milliseconds since 1970. */
  now?: () => number;
}

export function createImageUnits(client: Supabase, options: ImageUnitsOptions): ImageUnits {
  const { provider, setting, learned, now = Date.now } = options;
  const subject = `the megapixel of ${provider}`;
  let known: Promise<KnownMegapixel> = Promise.resolve({ pixels: setting, basedOn: 'setting' });
  let lookedAt = Number.NEGATIVE_INFINITY;

  async function lookUp(): Promise<KnownMegapixel> {
    const request = client.from('provider_megapixels').select('pixels').eq('provider', provider).maybeSingle();
    const row = await unwrapMaybe(request, subject);
    return row ? { pixels: row.pixels, basedOn: 'bill' } : { pixels: setting, basedOn: 'setting' };
  }

  function megapixel(): Promise<KnownMegapixel> {
    if (now() - lookedAt >= KEPT_MS) {
      lookedAt = now();
      const before = known;
      known = lookUp().catch(() => before);
    }
    return known;
  }

  return {
    megapixel,

    async billed(callKey, drawn, units) {
      const pixels = megapixelOfBill(drawn, units);
      if (pixels === undefined) return;
      const before = await megapixel();
      const note = { p_provider: provider, p_pixels: pixels, p_call: callKey };
      if (!(await unwrap(client.rpc('note_megapixel', note), subject))) return;
      known = Promise.resolve({ pixels, basedOn: 'bill' });
      lookedAt = now();
      learned({ before, pixels, callKey });
    },
  };
}
