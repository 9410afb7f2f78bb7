// Finds faces: BlazeFace "back" 256 on the letterboxed picture, with six points a face. Tight crops are tried again
// with room around them. What it finds too much goes later, by the agreement with the landmarks.

import type { GraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import type { Box } from '../../domain/photo.ts';
import type { Point, RgbImage } from './align.ts';

/** Left and right as the viewer sees them, on an upright face. */
export interface FacePoints {
  leftEye: Point;
  rightEye: Point;
  nose: Point;
  leftEar: Point;
  rightEar: Point;
}

export interface Detection {
  /** Pixels of the picture that was searched; may reach past its edges. */
  box: Box;
  /** 0–1. */
  confidence: number;
  points: FacePoints;
}

const INPUT_SIDE = 256;
const MIN_CONFIDENCE = 0.5;
/** The second look is asked only where a face is likely, so it may be less sure. */
const MIN_CONFIDENCE_RETRY = 0.4;
/** Share of the input left empty on each side in the second look. */
const RETRY_PADDING = 0.2;
/** Faces that fill more of the picture than this are found better with room around them. */
const TIGHT_SHARE = 0.62;
/** Overlap (intersection over union) from which two boxes are one face. */
const SAME_FACE_OVERLAP = 0.3;

/** The network's outputs: confidences and boxes of the fine grid (512 cells), then of the coarse one (384). */
const OUTPUTS = ['Identity:0', 'Identity_2:0', 'Identity_1:0', 'Identity_3:0'];
/** Cells of the two grids: every `stride` pixels of the input, `each` boxes a cell. */
const GRIDS = [
  { stride: 16, each: 2 },
  { stride: 32, each: 6 },
] as const;
/** Numbers a box: centre, size, and six points (eyes, nose, mouth, ears), in input pixels from the cell's centre. */
const BOX_NUMBERS = 16;

/** All faces, most confident first, without doubles. */
export function detectFaces(network: GraphModel, image: RgbImage): Detection[] {
  const found = search(network, image, { padding: 0, minConfidence: MIN_CONFIDENCE });
  const best = mostProminent(found);
  if (best && Math.max(best.box.width / image.width, best.box.height / image.height) <= TIGHT_SHARE) return found;
  const again = search(network, image, { padding: RETRY_PADDING, minConfidence: MIN_CONFIDENCE_RETRY });
  const bestAgain = mostProminent(again);
  if (!bestAgain) return found;
  return !best || bestAgain.confidence >= MIN_CONFIDENCE ? again : found;
}

/** The same face where the picture is `scale` times as large and lies at `left`, `top` of another one. */
export function placed(
  { box, confidence, points }: Detection,
  { scale, left = 0, top = 0 }: { scale: number; left?: number; top?: number },
): Detection {
  const at = ({ x, y }: Point): Point => ({ x: x * scale + left, y: y * scale + top });
  const { leftEye, rightEye, nose, leftEar, rightEar } = points;
  const eyes = { leftEye: at(leftEye), rightEye: at(rightEye) };
  const ears = { leftEar: at(leftEar), rightEar: at(rightEar) };
  return {
    box: { ...at(box), width: box.width * scale, height: box.height * scale },
    confidence,
    points: { ...eyes, nose: at(nose), ...ears },
  };
}

function mostProminent(detections: readonly Detection[]): Detection | undefined {
  const weight = ({ box, confidence }: Detection) => confidence * box.width * box.height;
  return detections.toSorted((p, q) => weight(q) - weight(p))[0];
}

function search(
  network: GraphModel,
  image: RgbImage,
  { padding, minConfidence }: { padding: number; minConfidence: number },
): Detection[] {
  const scale = (INPUT_SIDE * (1 - 2 * padding)) / Math.max(image.width, image.height);
  const left = (INPUT_SIDE - image.width * scale) / 2;
  const top = (INPUT_SIDE - image.height * scale) / 2;
  const input = letterbox(image, scale, left, top);
  const outputs = tf.tidy(() =>
    [network.execute(tf.tensor4d(input, [1, INPUT_SIDE, INPUT_SIDE, 3]), OUTPUTS)].flat().map((t) => t.dataSync()),
  );

  const detections: Detection[] = [];
  GRIDS.forEach(({ stride, each }, grid) => {
    const scores = outputs[grid * 2] ?? [];
    const boxes = outputs[grid * 2 + 1] ?? [];
    const cells = INPUT_SIDE / stride;
    for (let i = 0; i < cells * cells * each; i++) {
      const confidence = 1 / (1 + Math.exp(-(scores[i] ?? 0)));
      if (confidence < minConfidence) continue;
      const cell = Math.floor(i / each);
      const cellX = ((cell % cells) + 0.5) * stride;
      const cellY = (Math.floor(cell / cells) + 0.5) * stride;
      const number = (k: number) => boxes[i * BOX_NUMBERS + k] ?? 0;
      const point = (k: number): Point => ({
        x: (number(k) + cellX - left) / scale,
        y: (number(k + 1) + cellY - top) / scale,
      });
      const centre = point(0);
      const width = number(2) / scale;
      const height = number(3) / scale;
      detections.push({
        box: { x: centre.x - width / 2, y: centre.y - height / 2, width, height },
        confidence,
        points: { leftEye: point(4), rightEye: point(6), nose: point(8), leftEar: point(12), rightEar: point(14) },
      });
    }
  });
  return withoutDoubles(detections);
}

function withoutDoubles(detections: readonly Detection[]): Detection[] {
  const kept: Detection[] = [];
  for (const candidate of detections.toSorted((p, q) => q.confidence - p.confidence)) {
    if (kept.every(({ box }) => overlap(box, candidate.box) < SAME_FACE_OVERLAP)) kept.push(candidate);
  }
  return kept;
}

/** The shared part of two boxes, 0–1 (intersection over union). */
export function overlap(p: Box, q: Box): number {
  const width = Math.min(p.x + p.width, q.x + q.width) - Math.max(p.x, q.x);
  const height = Math.min(p.y + p.height, q.y + q.height) - Math.max(p.y, q.y);
  const shared = Math.max(0, width) * Math.max(0, height);
  return shared / (p.width * p.height + q.width * q.height - shared);
}

/** The picture as the network wants it: scaled by averaging, centred, from −1 to 1, black around it. */
function letterbox(image: RgbImage, scale: number, left: number, top: number): Float32Array {
  const { data, width } = image;
  const columns = spans(image.width, left, scale);
  const rows = spans(image.height, top, scale);
  const input = new Float32Array(INPUT_SIDE * INPUT_SIDE * 3).fill(-1);
  rows.forEach(([fromY, toY], row) => {
    columns.forEach(([fromX, toX], column) => {
      const pixels = (toY - fromY) * (toX - fromX);
      if (pixels <= 0) return;
      let [red, green, blue] = [0, 0, 0];
      for (let y = fromY; y < toY; y++) {
        for (let at = (y * width + fromX) * 3, end = at + (toX - fromX) * 3; at < end; at += 3) {
          red += data[at] ?? 0;
          green += data[at + 1] ?? 0;
          blue += data[at + 2] ?? 0;
        }
      }
      const unit = 2 / 255 / pixels;
      const out = (row * INPUT_SIDE + column) * 3;
      input[out] = red * unit - 1;
      input[out + 1] = green * unit - 1;
      input[out + 2] = blue * unit - 1;
    });
  });
  return input;
}

/** For each input cell of one axis, the pixels that it covers, as [from, to); empty outside of the picture. */
function spans(length: number, offset: number, scale: number): [from: number, to: number][] {
  return Array.from({ length: INPUT_SIDE }, (_, cell) => {
    const from = (cell - offset) / scale;
    const to = (cell + 1 - offset) / scale;
    if (to <= 0 || from >= length) return [0, 0];
    const first = Math.max(0, Math.floor(from));
    return [first, Math.min(length, Math.max(first + 1, Math.floor(to)))];
  });
}
