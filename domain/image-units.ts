// The billing unit of an image: megapixels, rounded up for each image. fal's pages do not define a megapixel. An image
// of 1024 × 1024 is one megapixel of 1024² pixels and two of 10⁶, which doubles its price. A setting decides until a
// bill shows which it is.

export interface ImageSize {
  width: number;
  height: number;
}

/** How many pixels a megapixel may be. */
export const MEGAPIXELS = [1_000_000, 1_048_576] as const;
export type Megapixel = (typeof MEGAPIXELS)[number];

/** The dearer of the two, so that no reservation is too small. */
export const DEFAULT_MEGAPIXEL: Megapixel = 1_000_000;

export const MEGAPIXEL_SOURCES = ['bill', 'setting'] as const;

export interface KnownMegapixel {
  pixels: Megapixel;
  /** `bill`: taken from a bill of the provider. `setting`: no bill has shown it yet. */
  basedOn: (typeof MEGAPIXEL_SOURCES)[number];
}

export function billedMegapixels({ width, height }: ImageSize, megapixel: Megapixel): number {
  return Math.ceil((width * height) / megapixel);
}

/** Pictures of one size in one request. */
export interface DrawnSize {
  size: ImageSize;
  images: number;
}

/**
 * The megapixel that a bill for these pictures was counted with. Undefined when both give these units (an image of
 * 512 × 512 is one of either), and when none does (a price that changed).
 */
export function megapixelOfBill({ size, images }: DrawnSize, units: number): Megapixel | undefined {
  const fitting = MEGAPIXELS.filter((megapixel) => images * billedMegapixels(size, megapixel) === units);
  return fitting.length === 1 ? fitting[0] : undefined;
}
