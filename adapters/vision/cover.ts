// Whether something covers a face, and what: a small network (one hidden layer) over the features of the aligned face.
// It was fitted on covers drawn over public photos; bench/covers fits it again and measures its errors.

import { COVERED_PARTS, type FaceCover } from '../../domain/photo.ts';
import type { RgbImage } from './align.ts';
import { coverFeatures } from './cover-features.ts';
import weights from './cover-weights.json' with { type: 'json' };

/** Numbers of the network, row by row. The first output is a bare face, the others are COVERED_PARTS. */
export interface CoverNetwork {
  /** The offset and the divisor of each feature. */
  mean: Float32Array;
  spread: Float32Array;
  hidden: Float32Array;
  hiddenBias: Float32Array;
  output: Float32Array;
  outputBias: Float32Array;
}

/** Features further away than this many spreads are rare, and mostly noise. */
const FAR = 4;

export const COVER_OUTPUTS = COVERED_PARTS.length + 1;

export const shipped = networkOf(weights);

/** The probability that an aligned face is covered, and the most likely part. */
export function coverOf(chip: RgbImage, network: CoverNetwork = shipped): FaceCover {
  const [bare = 1, ...parts] = outputsOf(network, standardised(network, coverFeatures(chip)));
  const likeliest = parts.indexOf(Math.max(...parts));
  return { certainty: 1 - bare, part: COVERED_PARTS[likeliest] ?? 'part' };
}

export function standardised({ mean, spread }: CoverNetwork, features: Float32Array): Float32Array {
  return features.map((value, i) => Math.max(-FAR, Math.min(FAR, (value - (mean[i] ?? 0)) / (spread[i] ?? 1))));
}

/** Shares of the outputs, together 1. `hidden`, if given, receives the output of the hidden layer. */
export function outputsOf(
  network: CoverNetwork,
  input: Float32Array,
  hidden = new Float32Array(network.hiddenBias.length),
): number[] {
  layer(input, network.hidden, network.hiddenBias, hidden);
  for (let i = 0; i < hidden.length; i++) hidden[i] = Math.max(0, hidden[i] ?? 0);
  const raw = new Float32Array(network.outputBias.length);
  layer(hidden, network.output, network.outputBias, raw);
  const largest = Math.max(...raw);
  const shares = Array.from(raw, (value) => Math.exp(value - largest));
  const sum = shares.reduce((total, value) => total + value, 0);
  return shares.map((value) => value / sum);
}

function layer(input: Float32Array, rows: Float32Array, bias: Float32Array, to: Float32Array): void {
  for (let row = 0, at = 0; row < to.length; row++) {
    let sum = bias[row] ?? 0;
    for (let i = 0; i < input.length; i++, at++) sum += (rows[at] ?? 0) * (input[i] ?? 0);
    to[row] = sum;
  }
}

/** Each matrix as base64 of 16-bit integers, and its factor. */
export type StoredNetwork = Record<keyof CoverNetwork, { scale: number; values: string }>;

export function networkOf(stored: StoredNetwork): CoverNetwork {
  const read = ({ scale, values }: { scale: number; values: string }) => {
    const bytes = Buffer.from(values, 'base64');
    return Float32Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(i * 2) * scale);
  };
  return {
    mean: read(stored.mean),
    spread: read(stored.spread),
    hidden: read(stored.hidden),
    hiddenBias: read(stored.hiddenBias),
    output: read(stored.output),
    outputBias: read(stored.outputBias),
  };
}
