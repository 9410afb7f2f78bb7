// Finds faces: YuNet on a square of 640 pixels, with five points a face.

import type { Box } from '../../domain/photo.ts';
import type { Point } from './align.ts';
import type { FacePoints } from './face-points.ts';
import { floatsOf, type Networks, planes } from './networks.ts';

export interface Detection {
  box: Box;
  /** 0–1. */
  confidence: number;
  points: FacePoints;
}

/** Pixels of a side of the network's input. */
export const INPUT_SIDE = 640;
/** Cells of the three grids: every so many pixels of the input. */
const STRIDES = [8, 16, 32] as const;
/** None of 61 pictures without a face reaches it; 62 of 62 faces of photos do. */
const MIN_CONFIDENCE = 0.5;
/** Overlap (intersection over union) from which two boxes are one face. */
const SAME_FACE_OVERLAP = 0.3;

/** The network's input from interleaved RGB pixels of `width` × `height`, at the top left of a black square. */
export function inputOf({ data, width, height }: { data: Uint8Array; width: number; height: number }): Float32Array {
  const plane = INPUT_SIDE * INPUT_SIDE;
  const input = new Float32Array(3 * plane);
  for (let y = 0; y < height; y++) {
    for (let x = 0, from = y * width * 3, to = y * INPUT_SIDE; x < width; x++, from += 3, to++) {
      input[to] = data[from + 2] ?? 0; // BGR
      input[plane + to] = data[from + 1] ?? 0;
      input[2 * plane + to] = data[from] ?? 0;
    }
  }
  return input;
}

/** All faces in pixels of the input, most confident first, without duplicates. */
export async function detectFaces(network: Networks['detector'], input: Float32Array): Promise<Detection[]> {
  const outputs = await network.run({ input: planes(input, INPUT_SIDE) });
  const detections: Detection[] = [];
  for (const stride of STRIDES) {
    const output = (name: string) => floatsOf(outputs, `${name}_${stride}`);
    const [classes, objects, boxes, points] = [output('cls'), output('obj'), output('bbox'), output('kps')];
    const cells = INPUT_SIDE / stride;
    for (let i = 0; i < cells * cells; i++) {
      const confidence = Math.sqrt(share(classes[i]) * share(objects[i]));
      if (confidence < MIN_CONFIDENCE) continue;
      const [column, row] = [i % cells, Math.floor(i / cells)];
      const at = (x: number | undefined, y: number | undefined): Point => ({
        x: (column + (x ?? 0)) * stride,
        y: (row + (y ?? 0)) * stride,
      });
      const centre = at(boxes[i * 4], boxes[i * 4 + 1]);
      const [width, height] = [Math.exp(boxes[i * 4 + 2] ?? 0) * stride, Math.exp(boxes[i * 4 + 3] ?? 0) * stride];
      const point = (k: number) => at(points[i * 10 + 2 * k], points[i * 10 + 2 * k + 1]);
      detections.push({
        box: { x: centre.x - width / 2, y: centre.y - height / 2, width, height },
        confidence,
        points: { leftEye: point(0), rightEye: point(1), nose: point(2), leftMouth: point(3), rightMouth: point(4) },
      });
    }
  }
  return withoutDoubles(detections);
}

const share = (value = 0): number => Math.min(1, Math.max(0, value));

/** Of overlapping faces, the most confident. */
export function withoutDoubles(detections: readonly Detection[]): Detection[] {
  const kept: Detection[] = [];
  for (const candidate of detections.toSorted((p, q) => q.confidence - p.confidence)) {
    if (kept.every(({ box }) => overlap(box, candidate.box) < SAME_FACE_OVERLAP)) kept.push(candidate);
  }
  return kept;
}

/** The shared part of two boxes, 0–1 (intersection over union). */
function overlap(p: Box, q: Box): number {
  const width = Math.min(p.x + p.width, q.x + q.width) - Math.max(p.x, q.x);
  const height = Math.min(p.y + p.height, q.y + q.height) - Math.max(p.y, q.y);
  const shared = Math.max(0, width) * Math.max(0, height);
  return shared / (p.width * p.height + q.width * q.height - shared);
}
