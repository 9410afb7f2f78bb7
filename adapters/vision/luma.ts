// The brightness of a square part of a picture, with a limited number of pixels a side.

import type { Point, RgbImage } from './align.ts';

/** Rows from the top, 0–255. */
export interface LumaSquare {
  luma: Float32Array;
  side: number;
}

/** A cell is the mean of no more rows than this. */
const MAX_ROWS = 4;

/** ITU-R BT.601 luma of the pixel that begins there. */
export const lumaAt = (data: Uint8Array, at: number): number =>
  0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);

/**
 * The square of `width` pixels around `centre`, each cell the mean of the pixels under it: never enlarged. Outside of
 * the picture its edge pixels are repeated.
 */
export function lumaSquare(image: RgbImage, centre: Point, width: number, maxSide: number): LumaSquare {
  const side = Math.max(1, Math.min(maxSide, Math.floor(width)));
  const pitch = width / side;
  const rowsPerCell = Math.min(pitch, MAX_ROWS);
  const [left, top] = [centre.x - width / 2, centre.y - width / 2];
  const luma = new Float32Array(side * side);
  const weights = new Float32Array(side);
  const rows = Math.round(rowsPerCell * side);
  for (let r = 0; r < rows; r++) {
    const y = Math.floor(top + ((r + 0.5) * width) / rows);
    const line = cellsOfRow(image, Math.min(image.height - 1, Math.max(0, y)), left, pitch, side);
    // A row on the border of two cells counts for both, by its parts.
    const [begin, end] = [(r * side) / rows, ((r + 1) * side) / rows];
    for (let cell = Math.floor(begin); cell < Math.min(side, end); cell++) {
      const weight = Math.min(end, cell + 1) - Math.max(begin, cell);
      weights[cell] = (weights[cell] ?? 0) + weight;
      for (let i = 0; i < side; i++) luma[cell * side + i] = (luma[cell * side + i] ?? 0) + weight * (line[i] ?? 0);
    }
  }
  for (let i = 0; i < luma.length; i++) luma[i] = (luma[i] ?? 0) / (weights[Math.floor(i / side)] || 1);
  return { luma, side };
}

/** The means of one row's pixels, by the difference of running sums at the borders of the cells. */
function cellsOfRow({ data, width }: RgbImage, y: number, left: number, pitch: number, side: number): Float32Array {
  const first = Math.floor(left);
  const length = Math.ceil(left + pitch * side) - first + 1;
  const sums = new Float32Array(length + 1);
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const x = first + i;
    sum += lumaAt(data, (y * width + (x < 0 ? 0 : x >= width ? width - 1 : x)) * 3);
    sums[i + 1] = sum;
  }
  const upTo = (place: number): number => {
    const whole = Math.floor(place);
    const before = sums[whole] ?? sum;
    return before + (place - whole) * ((sums[whole + 1] ?? sum) - before);
  };
  const cells = new Float32Array(side);
  let before = upTo(left - first);
  for (let i = 0; i < side; i++) {
    const after = upTo(left - first + (i + 1) * pitch);
    cells[i] = (after - before) / pitch;
    before = after;
  }
  return cells;
}
