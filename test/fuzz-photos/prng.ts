// Chance that can be had again: the same seed and index give the same file.

import { createHash } from 'node:crypto';

export interface Prng {
  /** A whole number from 0 to `count` − 1. */
  below(count: number): number;
  oneOf<T>(values: readonly T[]): T;
  bytes(count: number): Buffer;
}

/** Draws from a SHA-256 chain over the two numbers. */
export function prngOf(seed: number, index: number): Prng {
  let block = createHash('sha256').update(`${seed}/${index}`).digest();
  let at = 0;
  const next = (): number => {
    if (at === block.length) {
      block = createHash('sha256').update(block).digest();
      at = 0;
    }
    const value = block.readUInt32BE(at);
    at += 4;
    return value;
  };
  const below = (count: number) => Math.floor((next() / 2 ** 32) * count);
  return {
    below,
    oneOf(values) {
      const value = values[below(values.length)];
      if (value === undefined) throw new Error('There is nothing to choose from.');
      return value;
    },
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
  };
}
