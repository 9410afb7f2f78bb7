// Lays one face over another, so that eyes, nose and mouth of both are in the same places: for a mix of two people.
import type { Push } from './face-warp.ts';
import { climb, type Face } from './find-face.ts';
import type { PortraitPhoto } from './portrait-photo.ts';
import { luma, samplePlane } from './raster.ts';

interface Grid {
  left: number;
  top: number;
  columns: number;
  rows: number;
  step: number;
}

/** Where the brightness of two faces is compared, in face coordinates: from brow to chin, and around one feature. */
const FACE_GRID: Grid = { left: -1, top: -0.55, columns: 17, rows: 18, step: 0.12 };
const FEATURE_GRID: Grid = { left: -0.36, top: -0.3, columns: 9, rows: 8, step: 0.09 };

export interface AlignedFace {
  face: Face;
  mirrored: boolean;
  /** How much stronger its features are, in light and dark, than those of the other face. */
  contrast: number;
  /** From where in `photo` a feature of `to` comes, after the face was laid over it. */
  pushes: Push[];
}

/** Features that are brought together one by one: eyes with brows, nose, mouth with its corners, and chin. */
const FEATURES: [number, number][] = [
  [-0.5, -0.08],
  [0.5, -0.08],
  [0, 0.62],
  [-0.3, 1.05],
  [0.3, 1.05],
  [0, 1.6],
];
const FEATURE_REACH = 0.3;
const FARTHEST_PUSH = 0.24;
const PUSH_STEP = 0.04;
/** How much likeness a whole eye distance, or a size of 2.7, has to gain. */
const DRIFT_COST = 0.5;
/** How much likeness a push of one eye distance has to gain. */
const PUSH_COST = 2.5;

/** The face of `photo` where it is most like `to` in its brightness, looked at mirrored where that is liker. */
export function alignFace(photo: PortraitPhoto, to: PortraitPhoto): AlignedFace {
  const plane = luma(photo.pixels);
  const onto = sampler(to, to.face, false, luma(to.pixels));
  const wanted = features(brightness(onto, FACE_GRID));
  const seen = (face: Face, mirrored: boolean) =>
    features(brightness(sampler(photo, face, mirrored, plane), FACE_GRID));
  const tries = [false, true].map((mirrored) => {
    const likeness = (there: Face) => product(seen(there, mirrored).values, wanted.values) - drift(there, photo.face);
    const face = climb(photo.face, likeness);
    return { face, mirrored, likeness: likeness(face) };
  });
  const { face, mirrored } = tries.reduce((best, other) => (other.likeness > best.likeness ? other : best));
  const from = sampler(photo, face, mirrored, plane);
  return {
    face,
    mirrored,
    contrast: seen(face, mirrored).strength / wanted.strength,
    pushes: FEATURES.map(([u, v]) => ({ u, v, ...bestPush(from, onto, u, v), reach: FEATURE_REACH })),
  };
}

/** What speaks against a face that lies far from where it was found. */
function drift(face: Face, found: Face): number {
  const moved = Math.hypot(face.x - found.x, face.y - found.y) / found.eyeDistance;
  return (
    DRIFT_COST * (moved ** 2 + Math.log(face.eyeDistance / found.eyeDistance) ** 2 + (face.roll - found.roll) ** 2)
  );
}

function bestPush(from: Sampler, onto: Sampler, u: number, v: number): { du: number; dv: number } {
  const wanted = features(brightness(onto, FEATURE_GRID, u, v)).values;
  let best = { du: 0, dv: 0 };
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let du = -FARTHEST_PUSH; du <= FARTHEST_PUSH; du += PUSH_STEP) {
    for (let dv = -FARTHEST_PUSH; dv <= FARTHEST_PUSH; dv += PUSH_STEP) {
      const seen = features(brightness(from, FEATURE_GRID, u + du, v + dv)).values;
      const score = product(seen, wanted) - PUSH_COST * (du * du + dv * dv);
      if (score > bestScore) {
        bestScore = score;
        best = { du, dv };
      }
    }
  }
  return best;
}

type Sampler = (u: number, v: number) => number;

/** Reads the brightness of a face, in face coordinates. */
function sampler({ pixels }: PortraitPhoto, face: Face, mirrored: boolean, plane: Float32Array): Sampler {
  const [cos, sin] = [Math.cos(face.roll) * face.eyeDistance, Math.sin(face.roll) * face.eyeDistance];
  return (across, v) => {
    const u = mirrored ? -across : across;
    return samplePlane(plane, pixels.width, pixels.height, face.x + u * cos - v * sin, face.y + u * sin + v * cos);
  };
}

/** Around a place. The mean of a small cross each: fine texture is no feature. */
function brightness(at: Sampler, { left, top, columns, rows, step }: Grid, aroundU = 0, aroundV = 0): number[] {
  const near = step / 3;
  return Array.from({ length: columns * rows }, (_, i) => {
    const u = aroundU + left + (i % columns) * step;
    const v = aroundV + top + Math.floor(i / columns) * step;
    return (at(u, v) + at(u - near, v) + at(u + near, v) + at(u, v - near) + at(u, v + near)) / 5;
  });
}

const product = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

/** With mean 0 and length 1, and the length that they had. */
function features(values: number[]): { values: number[]; strength: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const strength = Math.hypot(...values.map((value) => value - mean)) || 1;
  return { values: values.map((value) => (value - mean) / strength), strength };
}
