// The blur of a face: the width of its clearest edges (eyelids, brows, lips), in each direction. Each edge is blurred
// once more by a known amount; the loss of its gradient gives its earlier blur (Zhuo and Sim, "Defocus map estimation
// from a single image", Pattern Recognition 44, 2011). Contrast and light cancel out. Noise counts little, because only
// the strongest edges of the twice blurred picture are used. A moving camera blurs edges only in some directions, so
// directions are measured separately.

import { type RgbImage, unmap } from './align.ts';
import { alignment, type FacePoints } from './face-points.ts';
import { type LumaSquare, lumaSquare } from './luma.ts';

/** The face, brows to chin: the middle of a square on the aligned face, and its side. */
const PART = { x: 56, y: 72, side: 72 } as const;
/** Pixels of a side at which the square is measured: a face is then 142 px wide. Smaller ones are not enlarged. */
const SIDE = 128;
/** Standard deviations of the two blurs, in these pixels. */
const FINE = 1;
const COARSE = 2;
/** Directions that are measured: 0°, 45°, 90° and 135°. */
const DIRECTIONS = 4;
/** The share of all pixels that counts as the clearest edges of one direction. */
const EDGE_SHARE = 0.01;
const MIN_EDGES = 8;
/** The quantile of their ratios that counts: next to the middle of an edge the ratio is lower. */
const QUANTILE = 0.75;
/** The margin to the square's own border, where the blur has no neighbours. */
const MARGIN = 3;
/** The value for an edge without information. */
const MOST = 10;

/**
 * Standard deviation of the blur across the face's edges, in pixels of the face at 142 px a width, or at its own where
 * it is smaller: the mean of the two most blurred directions of four. Sharp faces have 0.6 to 1.7. On a sharp face one
 * direction may have only soft shadows as edges; a moving camera blurs at least two.
 */
export function faceBlur(image: RgbImage, points: FacePoints): number {
  const transform = alignment(points);
  const centre = unmap(transform, PART);
  const width = PART.side / Math.hypot(transform.a, transform.b);
  const square = lumaSquare(image, centre, width, SIDE);
  const [first = MOST, second = MOST] = blurByDirection(square).sort((p, q) => q - p);
  return (first + second) / 2;
}

function blurByDirection(square: LumaSquare): number[] {
  const { side } = square;
  const fine = blurred(square, FINE);
  const coarse = blurred({ luma: fine, side }, Math.sqrt(COARSE ** 2 - FINE ** 2));
  const directions = Array.from({ length: DIRECTIONS }, () => ({
    strengths: new Float32Array(side * side),
    ratios: new Float32Array(side * side),
    count: 0,
  }));
  for (let y = MARGIN; y < side - MARGIN; y++) {
    for (let x = MARGIN; x < side - MARGIN; x++) {
      const i = y * side + x;
      const across = slope(coarse, i, 1);
      const down = slope(coarse, i, side);
      // Squares and no Math.hypot: it is many times as slow.
      const strength = Math.sqrt(across ** 2 + down ** 2);
      const fineStrength = Math.sqrt(slope(fine, i, 1) ** 2 + slope(fine, i, side) ** 2);
      const edges = directions[directionOf(across, down)];
      if (!edges || strength === 0) continue;
      edges.strengths[edges.count] = strength;
      edges.ratios[edges.count] = fineStrength / strength;
      edges.count += 1;
    }
  }
  const wanted = Math.max(MIN_EDGES, Math.round(side * side * EDGE_SHARE));
  return directions.map(({ strengths, ratios, count }) =>
    count === 0 ? MOST : deviationOf(clearest(strengths.subarray(0, count), ratios, wanted)),
  );
}

const slope = (luma: Float32Array, i: number, step: number): number =>
  ((luma[i + step] ?? 0) - (luma[i - step] ?? 0)) / 2;

const HALF_SECTOR = Math.tan(Math.PI / (2 * DIRECTIONS));

/** 0 where the brightness changes across, 2 where it changes down, 1 and 3 between. */
function directionOf(across: number, down: number): number {
  if (Math.abs(down) <= HALF_SECTOR * Math.abs(across)) return 0;
  if (Math.abs(across) <= HALF_SECTOR * Math.abs(down)) return 2;
  return across * down > 0 ? 1 : 3;
}

/** The ratio of the clearest edges: fine gradient over coarse gradient. */
function clearest(strengths: Float32Array, ratios: Float32Array, wanted: number): number {
  const least = strengths.slice().sort()[Math.max(0, strengths.length - wanted)] ?? 0;
  const best: number[] = [];
  for (let i = 0; i < strengths.length; i++) if ((strengths[i] ?? 0) >= least) best.push(ratios[i] ?? 1);
  return best.sort((p, q) => p - q)[Math.floor(QUANTILE * (best.length - 1))] ?? 1;
}

/** An edge of deviation d has a gradient of 1 / √(d² + s²) after a blur of s: solved for d from the ratio of two. */
function deviationOf(ratio: number): number {
  if (ratio >= COARSE / FINE) return 0;
  const squared = (COARSE ** 2 - ratio ** 2 * FINE ** 2) / (ratio ** 2 - 1);
  return squared > 0 ? Math.min(MOST, Math.sqrt(squared)) : MOST;
}

/** Gaussian blur; past the border its pixels are repeated. */
function blurred({ luma, side }: LumaSquare, deviation: number): Float32Array {
  const radius = Math.ceil(3 * deviation);
  const weights = Array.from({ length: radius + 1 }, (_, i) => Math.exp(-(i ** 2) / (2 * deviation ** 2)));
  const total = weights.reduce((sum, weight, i) => sum + (i === 0 ? weight : 2 * weight), 0);
  const kernel = Float32Array.from(weights, (weight) => weight / total);
  // Along the rows, with the output transposed: two calls blur in both directions.
  return alongRows(alongRows(luma, side, kernel), side, kernel);
}

/** Convolves each row with the half kernel, and turns rows into columns. */
function alongRows(luma: Float32Array, side: number, kernel: Float32Array): Float32Array {
  const radius = kernel.length - 1;
  const result = new Float32Array(luma.length);
  const row = new Float32Array(side + 2 * radius);
  for (let y = 0; y < side; y++) {
    row.set(luma.subarray(y * side, (y + 1) * side), radius);
    row.fill(luma[y * side] ?? 0, 0, radius);
    row.fill(luma[(y + 1) * side - 1] ?? 0, side + radius);
    for (let x = 0; x < side; x++) {
      let sum = (kernel[0] ?? 0) * (row[x + radius] ?? 0);
      for (let k = 1; k <= radius; k++) {
        sum += (kernel[k] ?? 0) * ((row[x + radius - k] ?? 0) + (row[x + radius + k] ?? 0));
      }
      result[x * side + y] = sum;
    }
  }
  return result;
}
