// A 64-bit perceptual hash of a picture and of its mirror image: near-duplicates differ in at most 8 bits, unrelated
// photos in 22 and more. For duplicates only: it does not identify people.

import type { RgbImage } from './align.ts';
import { ofPixels } from './pixels.ts';

const SIDE = 32;
/** The hash holds the 8 × 8 lowest frequencies, without the constant row and column. */
const LOW = 8;

/** cos of the discrete cosine transform: [frequency − 1][pixel]. */
const COSINES = Array.from({ length: LOW }, (_, f) =>
  Array.from({ length: SIDE }, (_, i) => Math.cos(((2 * i + 1) * (f + 1) * Math.PI) / (2 * SIDE))),
);

/** Both hashes as 16 hex digits. The bits and their order are those of the sharp-phash package. */
export async function perceptualHashes(image: RgbImage): Promise<{ phash: string; mirrorPhash: string }> {
  const gray = await ofPixels(image).greyscale().resize(SIDE, SIDE, { fit: 'fill' }).raw().toBuffer();
  const frequencies = lowFrequencies(gray);
  // Mirroring changes the sign of every second horizontal frequency.
  const mirrored = frequencies.map((row, across) => (across % 2 === 0 ? row.map((value) => -value) : row));
  return { phash: hashOf(frequencies), mirrorPhash: hashOf(mirrored) };
}

/** [horizontal][vertical], both from frequency 1. */
function lowFrequencies(gray: Uint8Array): number[][] {
  return COSINES.map((across) => {
    const rows = Array.from({ length: SIDE }, (_, y) =>
      across.reduce((sum, cosine, x) => sum + cosine * (gray[y * SIDE + x] ?? 0), 0),
    );
    return COSINES.map((down) => down.reduce((sum, cosine, y) => sum + cosine * (rows[y] ?? 0), 0));
  });
}

function hashOf(frequencies: readonly number[][]): string {
  const values = frequencies.flat();
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const bits = values.map((value) => (value > mean ? '1' : '0')).join('');
  return BigInt(`0b${bits}`)
    .toString(16)
    .padStart((LOW * LOW) / 4, '0');
}
