// What fal charges, in micro-dollars, as its model pages quoted it in 2026.

/** "$2 per training run (scales linearly with steps)", for 1000 steps. */
export const MICROS_PER_TRAINING_STEP = 2_000;

/** "$0.035 per megapixel, billed by rounding up to the nearest megapixel". */
export const MICROS_PER_MEGAPIXEL = 35_000;

/** "$0.012 per megapixel" of flux-2/edit, and "$0.021" of flux-2/lora/edit, of given and drawn images alike. */
export const MICROS_PER_EDITED_MEGAPIXEL = 12_000;
export const MICROS_PER_LORA_EDITED_MEGAPIXEL = 21_000;

/** The megapixels billed for one image of this size, where one has `megapixel` pixels. */
export function billedMegapixels(width: number, height: number, megapixel: number): number {
  return Math.ceil((width * height) / megapixel);
}
