// Paints a photographed head over the picture: every pixel asks, through tilt, mirror and warp, where in the photo
// its colour is, and how much of that place is the person.
import type { Warp } from './face-warp.ts';
import type { HeadPlace } from './figure.ts';
import type { PortraitPhoto } from './portrait-photo.ts';
import { type Raster, samplePlane } from './raster.ts';
import { smooth } from './smooth.ts';

export interface HeadPose extends HeadPlace {
  /** Tilt in the picture, radians. */
  roll: number;
  mirrored: boolean;
  warp: Warp;
  /** What the photo's red, green and blue are multiplied by. */
  gains: [number, number, number];
}

/** What the picture shows of a head, in face coordinates: beyond, there is only the drawn body. */
const REACH_U = 2.6;
const REACH_UP = 3;
const REACH_DOWN = 3;
/** Below the jaw only the neck is taken from the photo: half its width, and where it begins to count. */
const NECK_U = 0.85;
const JAW_V = 1.75;
/** The photo's own edges fade over this share of its size. */
const EDGE = 0.05;

/** Distance of the places at which the warp is worked out; between them it is interpolated. */
const GRID_STEP = 0.1;

/** Changes `picture`; `mask` takes the share of photographed person by pixel. */
export function paintHead(picture: Raster, mask: Float32Array, photo: PortraitPhoto, pose: HeadPose): void {
  const e = pose.eyeDistance;
  const sample = headSampler(photo, pose);
  // A head drawn much smaller than its photo would glitter: several places of the photo make one pixel then.
  const samples = Math.min(4, Math.max(1, Math.round(photo.face.eyeDistance / e)));
  const [left, right] = [Math.max(0, Math.floor(pose.x - REACH_U * e)), Math.min(picture.width, pose.x + REACH_U * e)];
  const [top, bottom] = [
    Math.max(0, Math.floor(pose.y - REACH_UP * e)),
    Math.min(picture.height, pose.y + REACH_DOWN * e),
  ];
  const out = new Float64Array(4);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      out.fill(0);
      for (let s = 0; s < samples * samples; s++) {
        sample(x + ((s % samples) + 0.5) / samples, y + (Math.floor(s / samples) + 0.5) / samples, out);
      }
      const alpha = (out[3] ?? 0) / (samples * samples);
      if (alpha <= 0.004) continue;
      const at = y * picture.width + x;
      for (let c = 0; c < 3; c++) {
        const mean = Math.min(255, ((out[c] ?? 0) / (out[3] ?? 1)) * (pose.gains[c] ?? 1));
        const under = picture.data[at * 3 + c] ?? 0;
        picture.data[at * 3 + c] = Math.round(under + (mean - under) * alpha);
      }
      mask[at] = Math.max(mask[at] ?? 0, alpha);
    }
  }
}

/** Answers a function that adds colour times share, and the share itself, of one place of the picture. */
function headSampler(photo: PortraitPhoto, pose: HeadPose): (x: number, y: number, out: Float64Array) => void {
  const { face, person } = photo;
  const { width, height, data } = photo.pixels;
  const [cos, sin] = [Math.cos(pose.roll), Math.sin(pose.roll)];
  const [faceCos, faceSin] = [Math.cos(face.roll) * face.eyeDistance, Math.sin(face.roll) * face.eyeDistance];
  const [edgeX, edgeY] = [width * EDGE, height * EDGE];
  const mirror = pose.mirrored ? -1 : 1;
  const grid = warpGrid(pose);

  return (x, y, out) => {
    const dx = (x - pose.x) / pose.eyeDistance;
    const dy = (y - pose.y) / pose.eyeDistance;
    const shownU = dx * cos + dy * sin;
    const shownV = -dx * sin + dy * cos;
    const u = mirror * grid.u(shownU, shownV);
    const v = grid.v(shownU, shownV);
    const px = face.x + u * faceCos - v * faceSin;
    const py = face.y + u * faceSin + v * faceCos;
    if (px < 0 || py < 0 || px >= width - 1 || py >= height - 1) return;
    const [x0, y0] = [Math.floor(px), Math.floor(py)];
    const [fx, fy] = [px - x0, py - y0];
    const a = y0 * width + x0;
    const [w00, w10, w01, w11] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
    const here =
      (person[a] ?? 0) * w00 +
      (person[a + 1] ?? 0) * w10 +
      (person[a + width] ?? 0) * w01 +
      (person[a + width + 1] ?? 0) * w11;
    if (here <= 0) return;
    const edge = smooth(0, edgeX, px) * smooth(0, edgeX, width - 1 - px) * smooth(0, edgeY, height - 1 - py);
    const shoulder = smooth(JAW_V - 0.25, JAW_V + 0.15, shownV) * smooth(NECK_U - 0.1, NECK_U + 0.25, Math.abs(shownU));
    const share = here * edge * (1 - shoulder);
    for (let c = 0; c < 3; c++) {
      const i = a * 3 + c;
      const colour =
        (data[i] ?? 0) * w00 +
        (data[i + 3] ?? 0) * w10 +
        (data[i + width * 3] ?? 0) * w01 +
        (data[i + width * 3 + 3] ?? 0) * w11;
      out[c] = (out[c] ?? 0) + colour * share;
    }
    out[3] = (out[3] ?? 0) + share;
  };
}

/** The warp at the points of a grid over the head, as two planes that are read between the points. */
function warpGrid(pose: HeadPose): { u: Warped; v: Warped } {
  const [left, top] = [-REACH_U * 1.5, -REACH_UP * 1.5];
  const width = Math.ceil((REACH_U * 3) / GRID_STEP);
  const height = Math.ceil((REACH_DOWN * 1.5 - top) / GRID_STEP);
  const us = new Float32Array(width * height);
  const vs = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = pose.warp(left + x * GRID_STEP, top + y * GRID_STEP);
      us[y * width + x] = u;
      vs[y * width + x] = v;
    }
  }
  const reader = (plane: Float32Array) => (u: number, v: number) =>
    samplePlane(plane, width, height, (u - left) / GRID_STEP, (v - top) / GRID_STEP);
  return { u: reader(us), v: reader(vs) };
}

type Warped = (u: number, v: number) => number;
