// The part of a picture in which a face is seen with its hair and chin. Pure, so that it is tested without a page.

import type { ImageSize } from '../../domain/image-units.ts';
import type { Box } from '../../domain/photo.ts';

/** Sides of the face that the part is wide and high. */
const AROUND = 1.9;

/** A square in pixels of the picture, around the face, and inside of the picture. */
export function closeUp({ x, y, width, height }: Box, size: ImageSize): { x: number; y: number; side: number } {
  const side = Math.min(Math.max(width, height) * AROUND, size.width, size.height);
  const within = (middle: number, most: number) => Math.max(0, Math.min(middle - side / 2, most - side));
  return { x: within(x + width / 2, size.width), y: within(y + height / 2, size.height), side };
}
