// How sharp and how bright a face is, measured on the face alone: a blurred background is no fault. The face is first
// aligned to one size, so that the numbers compare between photos.

import { fitSimilarity, type Point, type RgbImage, warp } from './align.ts';
import { eyesAndNose, type Landmarks } from './landmarks.ts';

const CHIP_SIDE = 112;

/** Eyes, nose tip and mouth corners on the 112 px chip: the template of ArcFace (insightface, `arcface_dst`). */
const PLACES: readonly Point[] = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];
const MOUTH_CORNERS = [48, 54] as const;

/** Luma, 0–255, up to which and from which nothing can be told apart. */
const BLACK = 5;
const WHITE = 250;

export interface FaceQuality {
  /** Variance of the Laplacian. */
  sharpness: number;
  /** Mean luma, 0–255. */
  brightness: number;
  /** Share of pixels with next to no or full luma, 0–1. */
  clipped: number;
  /** Share of the landmarks that lie outside of the picture, 0–1. */
  outside: number;
}

export function measureQuality(image: RgbImage, landmarks: Landmarks): FaceQuality {
  const { leftEye, rightEye, nose } = eyesAndNose(landmarks);
  const mouth = MOUTH_CORNERS.flatMap((i) => landmarks[i] ?? []);
  const transform = fitSimilarity([leftEye, rightEye, nose, ...mouth], PLACES);
  const luma = lumaOf(warp(image, transform, CHIP_SIDE));
  return {
    sharpness: laplacianVariance(luma, CHIP_SIDE),
    brightness: luma.reduce((sum, v) => sum + v, 0) / luma.length,
    clipped: luma.filter((v) => v <= BLACK || v >= WHITE).length / luma.length,
    outside: landmarks.filter((point) => !contains(image, point)).length / landmarks.length,
  };
}

function contains({ width, height }: RgbImage, { x, y }: Point): boolean {
  return x >= 0 && y >= 0 && x < width && y < height;
}

/** ITU-R BT.601 luma. */
function lumaOf({ data }: RgbImage): Float32Array {
  const luma = new Float32Array(data.length / 3);
  for (let i = 0; i < luma.length; i++) {
    luma[i] = 0.299 * (data[i * 3] ?? 0) + 0.587 * (data[i * 3 + 1] ?? 0) + 0.114 * (data[i * 3 + 2] ?? 0);
  }
  return luma;
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
