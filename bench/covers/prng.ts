// What is drawn by chance, from numbers that are the same in every run.

import { createHash } from 'node:crypto';
import { mulberry32 } from '../mulberry32.ts';

export interface Prng {
  between(low: number, high: number): number;
  chance(share: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** Mean 0, deviation 1. */
  normal(): number;
}

/** Seeded by a name. */
export function prngOf(name: string): Prng {
  const next = mulberry32(createHash('sha256').update(name).digest().readUInt32LE(0));
  const between = (low: number, high: number) => low + (high - low) * next();
  return {
    between,
    chance: (share) => next() < share,
    pick(choices) {
      const chosen = choices[Math.floor(next() * choices.length)];
      if (chosen === undefined) throw new Error('There is nothing to pick from.');
      return chosen;
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}
