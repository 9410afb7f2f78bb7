// The size of a picture in fal's image models.

import { z } from 'zod';
import type { JobBody } from '../../../core/ports/job-queue.ts';
import type { DrawnSize, ImageSize } from '../../../domain/image-units.ts';

/** In pixels (flux-lora's model page). */
const NAMED_SIZES = {
  square_hd: { width: 1024, height: 1024 },
  square: { width: 512, height: 512 },
  portrait_4_3: { width: 768, height: 1024 },
  portrait_16_9: { width: 576, height: 1024 },
  landscape_4_3: { width: 1024, height: 768 },
  landscape_16_9: { width: 1024, height: 576 },
} as const;
type SizeName = keyof typeof NAMED_SIZES;

const sizeName = z.enum(Object.keys(NAMED_SIZES) as [SizeName, ...SizeName[]]);

/** The field `image_size`, with sides within these limits. */
export function imageSizeField({ min, max }: { min: number; max: number }) {
  const side = z.number().int().min(min).max(max);
  return z.union([sizeName, z.strictObject({ width: side, height: side })]);
}

export const pixelsOf = (size: SizeName | ImageSize): ImageSize =>
  typeof size === 'string' ? NAMED_SIZES[size] : size;

/** What a posted body, of a run or of the proxy, draws; undefined when it leaves that open. */
export function drawnSize(body: JobBody, side: { min: number; max: number }): DrawnSize | undefined {
  const parsed = z.object({ image_size: imageSizeField(side), num_images: z.number().default(1) }).safeParse(body);
  return parsed.success ? { size: pixelsOf(parsed.data.image_size), images: parsed.data.num_images } : undefined;
}
