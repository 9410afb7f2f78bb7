// The descriptor of a face: SFace's 128 numbers for the aligned face and its mirror image together, of length 1. Both
// together make fewer errors than one (docs/scores.md). A mirrored copy of a picture is close: only its points differ.
//
// The length before normalisation is the clarity of the face: 10 to 14 on a clear face, 3 to 6 where there is none, and
// in between on a blurred, covered or wrongly aligned one.

import type { RgbImage } from './align.ts';
import { CHIP_SIDE, chipOf, type FacePoints } from './face-points.ts';
import { floatsOf, type Networks, planes } from './networks.ts';

const PIXELS = CHIP_SIDE * CHIP_SIDE;

/** An aligned face, and the network's output for it before its mirror image is added. */
export interface Glance {
  chip: RgbImage;
  numbers: Float32Array;
  clarity: number;
}

export async function glanceAt(network: Networks['descriptor'], image: RgbImage, points: FacePoints): Promise<Glance> {
  const chip = chipOf(image, points);
  const numbers = await numbersOf(
    network,
    planesOf(chip, (x) => x),
  );
  return { chip, numbers, clarity: Math.hypot(...numbers) };
}

/** The descriptor of a face that was read once. */
export async function describeFace(
  network: Networks['descriptor'],
  { chip, numbers, clarity }: Glance,
): Promise<number[]> {
  const mirrored = await numbersOf(
    network,
    planesOf(chip, (x) => CHIP_SIDE - 1 - x),
  );
  const mirroredClarity = Math.hypot(...mirrored);
  const sum = Array.from(numbers, (number, i) => number / clarity + (mirrored[i] ?? 0) / mirroredClarity);
  const length = Math.hypot(...sum);
  return sum.map((number) => number / length);
}

async function numbersOf(network: Networks['descriptor'], data: Float32Array): Promise<Float32Array> {
  return floatsOf(await network.run({ data: planes(data, CHIP_SIDE) }), 'fc1');
}

function planesOf({ data }: RgbImage, columnOf: (x: number) => number): Float32Array {
  const values = new Float32Array(3 * PIXELS);
  for (let y = 0, i = 0; y < CHIP_SIDE; y++) {
    for (let x = 0; x < CHIP_SIDE; x++, i++) {
      const from = (y * CHIP_SIDE + columnOf(x)) * 3;
      values[i] = data[from] ?? 0;
      values[PIXELS + i] = data[from + 1] ?? 0;
      values[2 * PIXELS + i] = data[from + 2] ?? 0;
    }
  }
  return values;
}
