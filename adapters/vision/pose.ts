// The pose of a head, from the five points of its face: a simple 3D head is fitted to them as seen from far away (weak
// perspective), by least squares.

import { meanPoint } from './align.ts';
import { type FacePoints, pointsOf } from './face-points.ts';

type Vector = readonly [x: number, y: number, z: number];

/** Eyes, nose tip and mouth corners of a frontal head, in eye distances: y down, z towards the viewer. */
const HEAD: readonly Vector[] = centred([
  [-0.5, -0.5, 0],
  [0.5, -0.5, 0],
  [0, 0.05, 0.45],
  [-0.4, 0.6, 0.1],
  [0.4, 0.6, 0.1],
]);
const DEGREES = 180 / Math.PI;

export interface Pose {
  /** Degrees by which the head is turned: 0 is frontal, positive when the nose points to the picture's right. */
  yaw: number;
  /** Degrees by which it leans in the picture, −180 to 180, clockwise positive. */
  roll: number;
}

export function poseOf(points: FacePoints): Pose {
  const seen = pointsOf(points);
  const middle = meanPoint(seen);
  const across = solve(seen.map(({ x }) => x - middle.x));
  const down = solve(seen.map(({ y }) => y - middle.y));
  const roll = Math.atan2(down[0], across[0]);
  const along = (axis: 0 | 2) => Math.cos(roll) * across[axis] + Math.sin(roll) * down[axis];
  return { yaw: Math.atan2(along(2), along(0)) * DEGREES, roll: roll * DEGREES };
}

function centred(points: readonly Vector[]): Vector[] {
  const mean = ([0, 1, 2] as const).map((axis) => points.reduce((sum, p) => sum + p[axis], 0) / points.length);
  return points.map(([x, y, z]) => [x - (mean[0] ?? 0), y - (mean[1] ?? 0), z - (mean[2] ?? 0)]);
}

/** The row of the projection that maps the head's points closest to these coordinates. */
function solve(coordinates: readonly number[]): Vector {
  return times(
    INVERSE,
    sumOf((point, i) => scaled(point, coordinates[i] ?? 0)),
  );
}

type Matrix = readonly [Vector, Vector, Vector];

const times = (matrix: Matrix, v: Vector): Vector => [dot(matrix[0], v), dot(matrix[1], v), dot(matrix[2], v)];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const scaled = (v: Vector, by: number): Vector => [v[0] * by, v[1] * by, v[2] * by];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

function sumOf(term: (point: Vector, index: number) => Vector): Vector {
  return HEAD.map(term).reduce((a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]);
}

/** Of the head's second moments, which are symmetric. */
const INVERSE = inverseOf([
  sumOf((p) => scaled(p, p[0])),
  sumOf((p) => scaled(p, p[1])),
  sumOf((p) => scaled(p, p[2])),
]);

function inverseOf([a, b, c]: Matrix): Matrix {
  const volume = dot(a, cross(b, c));
  // The inverse of a symmetric matrix is symmetric too, so its rows can replace its columns.
  return [scaled(cross(b, c), 1 / volume), scaled(cross(c, a), 1 / volume), scaled(cross(a, b), 1 / volume)];
}
