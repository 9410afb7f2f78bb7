// Pseudo-random numbers: the same seed gives the same numbers in the same order.

export interface Prng {
  /** 0 ≤ x < 1. */
  next(): number;
  /** One of these, by their weights. */
  pick<T extends string>(weights: Readonly<Record<T, number>>): T;
  /** Milliseconds to wait, exponentially distributed around this mean. */
  wait(meanMs: number): number;
}

/** mulberry32: 32 bits of state are enough here. */
export function prngOf(seed: number): Prng {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    pick<T extends string>(weights: Readonly<Record<T, number>>): T {
      const names = Object.keys(weights) as T[];
      const total = names.reduce((sum, name) => sum + weights[name], 0);
      let left = next() * total;
      for (const name of names) {
        left -= weights[name];
        if (left < 0) return name;
      }
      throw new Error('There is nothing to pick from.');
    },
    wait: (meanMs) => -Math.log(1 - next()) * meanMs,
  };
}
