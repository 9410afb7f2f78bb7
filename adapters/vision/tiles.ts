// The second look at a whole picture: tiles of it at full resolution, for faces that are too small in the whole picture
// at the size of the detector's input.

import type { RgbImage } from './align.ts';
import { type Detection, detectFaces, INPUT_SIDE, inputOf, withoutDoubles } from './detector.ts';
import { mapPoints } from './face-points.ts';
import type { Networks } from './networks.ts';

/** Pixels that two tiles share: a face up to this size is whole in at least one of them. Larger ones are no small faces. */
const OVERLAP = 128;
/**
 * Pixels of the longer side up to which the whole picture shows enough: a face of 32 px, the smallest that can be
 * compared, still has 23 px there. At 1024 px a side, faces of 24 px are found in 5 of 12 cases, and in 11 with the tiles.
 */
const LARGEST_WITHOUT = 896;
/** A face that comes as near to the edge of a tile, in pixels, may be cut by it. */
const EDGE = 2;

interface Corner {
  left: number;
  top: number;
}

/** Small faces in pixels of the picture; none when the picture is hardly larger than the input. */
export async function searchTiles(networks: Networks, image: RgbImage, checkpoint: () => void): Promise<Detection[]> {
  if (Math.max(image.width, image.height) <= LARGEST_WITHOUT) return [];
  const found: Detection[] = [];
  for (const top of startsOf(image.height)) {
    for (const left of startsOf(image.width)) {
      checkpoint();
      const tile = cut(image, { left, top });
      const faces = await detectFaces(networks.detector, inputOf(tile));
      found.push(...faces.filter((face) => isWholeAndSmall(face, tile)).map((face) => shifted(face, { left, top })));
    }
  }
  return withoutDoubles(found);
}

/** Where the tiles of a side begin: as few as cover it with the overlap, evenly spread. */
function startsOf(side: number): number[] {
  if (side <= INPUT_SIDE) return [0];
  const tiles = Math.ceil((side - OVERLAP) / (INPUT_SIDE - OVERLAP));
  return Array.from({ length: tiles }, (_, i) => Math.round((i * (side - INPUT_SIDE)) / (tiles - 1)));
}

function cut({ data, width, height }: RgbImage, { left, top }: Corner): RgbImage {
  const [columns, rows] = [Math.min(INPUT_SIDE, width), Math.min(INPUT_SIDE, height)];
  const tile = new Uint8Array(columns * rows * 3);
  for (let row = 0; row < rows; row++) {
    const from = ((top + row) * width + left) * 3;
    tile.set(data.subarray(from, from + columns * 3), row * columns * 3);
  }
  return { data: tile, width: columns, height: rows };
}

function isWholeAndSmall({ box }: Detection, { width, height }: { width: number; height: number }): boolean {
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  const isWhole = box.x > EDGE && box.y > EDGE && right < width - EDGE && bottom < height - EDGE;
  return isWhole && Math.max(box.width, box.height) <= OVERLAP;
}

function shifted({ box, confidence, points }: Detection, { left, top }: Corner): Detection {
  return {
    box: { ...box, x: box.x + left, y: box.y + top },
    confidence,
    points: mapPoints(points, ({ x, y }) => ({ x: x + left, y: y + top })),
  };
}
