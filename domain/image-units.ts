// The units that an image is billed in: megapixels, rounded up for each image. fal's pages leave open how many pixels
// that is. An image of 1024 × 1024 is one megapixel of 1024² pixels and two of 10⁶, which doubles its price: until a bill
// says so, a setting tells.

/** The sizes that flux-lora knows by name (its model page), in pixels. */
export const IMAGE_SIZES = {
  square_hd: { width: 1024, height: 1024 },
  square: { width: 512, height: 512 },
  portrait_4_3: { width: 768, height: 1024 },
  portrait_16_9: { width: 576, height: 1024 },
  landscape_4_3: { width: 1024, height: 768 },
  landscape_16_9: { width: 1024, height: 576 },
} as const;
export type ImageSizeName = keyof typeof IMAGE_SIZES;

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

/**
 * The megapixel that a bill for this body was counted with. Undefined when both give these units (an image of 512 × 512
 * is one of either), when none does (a price that changed), and when the body does not name its size.
 */
export function megapixelOfBill(body: Record<string, unknown>, units: number): Megapixel | undefined {
  const size = sizeIn(body.image_size);
  const images = body.num_images ?? 1;
  if (!size || typeof images !== 'number') return undefined;
  const fitting = MEGAPIXELS.filter((megapixel) => images * billedMegapixels(size, megapixel) === units);
  return fitting.length === 1 ? fitting[0] : undefined;
}

function sizeIn(value: unknown): ImageSize | undefined {
  if (typeof value === 'string') return isSizeName(value) ? IMAGE_SIZES[value] : undefined;
  if (typeof value !== 'object' || value === null || !('width' in value && 'height' in value)) return undefined;
  const { width, height } = value;
  return typeof width === 'number' && typeof height === 'number' ? { width, height } : undefined;
}

const isSizeName = (name: string): name is ImageSizeName => Object.hasOwn(IMAGE_SIZES, name);
