// Sharpness and brightness of a face, measured on the face only: a blurred background does not matter. The face is
// aligned to one size first, so that the numbers are comparable between photos.

import type { RgbImage } from './align.ts';
import { unmap } from './align.ts';
import { faceBlur } from './face-blur.ts';
import { alignment, CHIP_SIDE, type FacePoints } from './face-points.ts';
import { lumaAt } from './luma.ts';

/** Luma, 0–255, below and above which there is no detail. */
const BLACK = 5;
const WHITE = 250;

export interface FaceQuality {
  /** Variance of the Laplacian. */
  sharpness: number;
  /** Of its edges (faceBlur). */
  blur: number;
  /** Mean luma, 0–255. */
  brightness: number;
  /** Share of pixels with next to no or full luma, 0–1. */
  clipped: number;
  /** Share of the face, brows to chin, that lies outside of the picture, 0–1. */
  outside: number;
}

/** `chip` is the aligned face of the image. */
export function measureQuality(image: RgbImage, points: FacePoints, chip: RgbImage): FaceQuality {
  const luma = lumaOf(chip);
  return {
    sharpness: sharpnessOf(chip),
    blur: faceBlur(image, points),
    brightness: luma.reduce((sum, v) => sum + v, 0) / luma.length,
    clipped: luma.filter((v) => v <= BLACK || v >= WHITE).length / luma.length,
    outside: outsideOf(image, points),
  };
}

/** Of the aligned face: variance of the Laplacian. */
export function sharpnessOf(chip: RgbImage): number {
  return laplacianVariance(lumaOf(chip), CHIP_SIDE);
}

/** From the brows to the chin and from cheek to cheek, on the aligned face. */
const OVAL = { x: 56, y: 72, across: 32, down: 40 } as const;

function outsideOf({ width, height }: RgbImage, points: FacePoints): number {
  const transform = alignment(points);
  let [inside, outside] = [0, 0];
  for (let y = OVAL.y - OVAL.down; y <= OVAL.y + OVAL.down; y++) {
    for (let x = OVAL.x - OVAL.across; x <= OVAL.x + OVAL.across; x++) {
      if (((x - OVAL.x) / OVAL.across) ** 2 + ((y - OVAL.y) / OVAL.down) ** 2 > 1) continue;
      const at = unmap(transform, { x, y });
      if (at.x < 0 || at.y < 0 || at.x >= width || at.y >= height) outside += 1;
      else inside += 1;
    }
  }
  return outside / (inside + outside);
}

function lumaOf({ data }: RgbImage): Float32Array {
  return Float32Array.from({ length: data.length / 3 }, (_, i) => lumaAt(data, i * 3));
}

/** Variance of the 4-neighbour Laplacian over the inner pixels. */
function laplacianVariance(luma: Float32Array, side: number): number {
  const at = (i: number) => luma[i] ?? 0;
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      const i = y * side + x;
      const edge = at(i - 1) + at(i + 1) + at(i - side) + at(i + side) - 4 * at(i);
      sum += edge;
      squares += edge * edge;
    }
  }
  const count = (side - 2) ** 2;
  return squares / count - (sum / count) ** 2;
}
