// Chance that can be repeated: every number is drawn from a SHA-256 chain over a text.
import { createHash } from 'node:crypto';

export interface Prng {
  /** The next number from 0 up to 1. */
  next(): number;
  between(low: number, high: number): number;
  /** A whole number from 0 to `count` - 1. */
  below(count: number): number;
}

/** The same texts give the same numbers. */
export function prngOf(...texts: (string | number)[]): Prng {
  let block = createHash('sha256').update(texts.join('\n')).digest();
  let at = 0;
  const next = () => {
    if (at === block.length) {
      block = createHash('sha256').update(block).digest();
      at = 0;
    }
    const value = block.readUInt32BE(at) / 2 ** 32;
    at += 4;
    return value;
  };
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    below: (count) => Math.floor(next() * count),
  };
}
