// The mask of a face: an ellipse around the head. A detector's box goes from the brows to the chin and from cheek to
// cheek, and hair, ears and jaw have to go with the face, or the old person shows around the new one.

import type { ImageSize } from '../../domain/image-units.ts';
import type { Box } from '../../domain/photo.ts';

/** Shares of the box's width and height: the half axes, and how far the middle is moved up, to the hair. */
const HALF_WIDTH = 0.85;
const HALF_HEIGHT = 0.9;
const UP = 0.15;

export const PAINTED = 255;

/** One byte a pixel: PAINTED where the face is painted anew, else 0. The face itself is painted, the others are not. */
export function faceMask({ width, height }: ImageSize, face: Box, others: readonly Box[]): Uint8Array {
  const mask = new Uint8Array(width * height);
  const inside = (box: Box, y: number) => y >= box.y && y < box.y + box.height;
  const fill = (y: number, from: number, to: number, value: number) => {
    const [start, end] = [clamp(Math.ceil(from), width), clamp(Math.ceil(to), width)];
    if (start < end) mask.fill(value, y * width + start, y * width + end);
  };
  const middle = { x: face.x + face.width / 2, y: face.y + face.height * (0.5 - UP) };
  const half = { x: face.width * HALF_WIDTH, y: face.height * HALF_HEIGHT };
  const [top, bottom] = [clamp(Math.floor(middle.y - half.y), height), clamp(Math.ceil(middle.y + half.y), height)];
  for (let y = top; y < bottom; y++) {
    const across = 1 - ((y + 0.5 - middle.y) / half.y) ** 2;
    const reach = across > 0 ? half.x * Math.sqrt(across) : 0;
    fill(y, middle.x - reach, middle.x + reach, PAINTED);
    for (const other of others) if (inside(other, y)) fill(y, other.x, other.x + other.width, 0);
    if (inside(face, y)) fill(y, face.x, face.x + face.width, PAINTED);
  }
  return mask;
}

const clamp = (value: number, max: number): number => Math.min(Math.max(value, 0), max);
