// One figure of the benchmark: ours and the plain way's, from the same run.

import type { Spread } from './stats.ts';

export interface Figure {
  name: string;
  unit: 'ms' | 's' | '1/s' | 'MB' | '%';
  ours: Spread;
  /** What it is held against; absent where there is nothing to hold it against. */
  other?: { name: string; spread: Spread };
  /** How many times better ours is. */
  ratio?: number;
  /** What the figure should be, in words. */
  aim?: string;
}

/** A figure that is better the smaller it is (a time, memory). */
export function smaller(figure: Omit<Figure, 'ratio'>): Figure {
  return withRatio(figure, (ours, other) => other / ours);
}

/** A figure that is better the larger it is (a rate). */
export function larger(figure: Omit<Figure, 'ratio'>): Figure {
  return withRatio(figure, (ours, other) => ours / other);
}

function withRatio(figure: Omit<Figure, 'ratio'>, compare: (ours: number, other: number) => number): Figure {
  if (!figure.other) return figure;
  return { ...figure, ratio: compare(figure.ours.median, figure.other.spread.median) };
}
