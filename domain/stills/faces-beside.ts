// The faces that stay when one of a picture is painted anew.

import type { Box } from '../photo.ts';
import type { FrameCheck } from './still.ts';

/** From this share of overlap on (intersection over union), a face is the one that is painted. */
const SAME_FACE = 0.35;

/** The faces of the check that are not the one in this box. */
export function facesBeside(box: Box, check: FrameCheck | undefined): Box[] {
  const faces = check?.faces.map((face) => face.box) ?? [];
  return faces.filter((other) => overlap(box, other) < SAME_FACE);
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const both = Math.max(0, width) * Math.max(0, height);
  return both / (a.width * a.height + b.width * b.height - both);
}
