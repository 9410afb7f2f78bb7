// What fal charges, in micro-dollars, as its model pages quoted it in 2026.

/** "$2 per training run (scales linearly with steps)", for 1000 steps. */
export const MICROS_PER_TRAINING_STEP = 2_000;

/** "$0.035 per megapixel, billed by rounding up to the nearest megapixel". */
export const MICROS_PER_MEGAPIXEL = 35_000;

/** Taken literally, so that an image of 1024 × 1024 is billed as two: fal documents no other meaning. */
const MEGAPIXEL = 1_000_000;

/** The megapixels billed for one image of this size. */
export function billedMegapixels(width: number, height: number): number {
  return Math.ceil((width * height) / MEGAPIXEL);
}
