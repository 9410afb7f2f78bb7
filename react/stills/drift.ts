// The chart of a report: each character's likeness over the stills, in their order. Pure, so that it is tested without a
// page.

import type { StillsReport } from '../../client/index.ts';

export interface DriftPoint {
  /** Counts the stills of the batch from 1. */
  number: number;
  /** 0–100. */
  score: number;
}

export interface DriftSeries {
  characterId: string;
  name: string;
  /** Runs of stills with a score; where there is none, the line is broken. */
  runs: DriftPoint[][];
}

export interface Axis {
  least: number;
  most: number;
  ticks: number[];
}

export function seriesOf({ characters }: Pick<StillsReport, 'characters'>): DriftSeries[] {
  return characters.map(({ characterId, name, appearances }) => {
    const runs: DriftPoint[][] = [[]];
    for (const { number, score } of appearances) {
      if (score === undefined) runs.push([]);
      else runs.at(-1)?.push({ number, score });
    }
    return { characterId, name, runs: runs.filter((run) => run.length > 0) };
  });
}

const TEN = 10;
/** A chart of scores between 98 and 100 would show noise as mountains. */
const LEAST_SPAN = 40;

/** From a ten below the lowest score to 100. */
export function scoreAxis(series: readonly DriftSeries[], target: number): Axis {
  const scores = series.flatMap(({ runs }) => runs.flat().map(({ score }) => score));
  const lowest = Math.floor(Math.min(target, ...scores) / TEN) * TEN;
  const least = Math.max(0, Math.min(lowest, 100 - LEAST_SPAN));
  const step = 100 - least > 5 * TEN ? 2 * TEN : TEN;
  const ticks = Array.from({ length: Math.floor((100 - least) / step) + 1 }, (_, index) => 100 - index * step);
  return { least, most: 100, ticks };
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** From the first still to the last, with at most so many numbers. */
export function stillAxis(series: readonly DriftSeries[], mostTicks: number): Axis {
  const numbers = series.flatMap(({ runs }) => runs.flat().map(({ number }) => number));
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const step = STEPS.find((one) => (most - least) / one < mostTicks) ?? most;
  const first = Math.ceil(least / step) * step;
  const ticks = Array.from({ length: Math.floor((most - first) / step) + 1 }, (_, index) => first + index * step);
  return { least, most, ticks };
}

/** A chart of fewer stills shows nothing over time. */
export const hasDrift = (series: readonly DriftSeries[]): boolean =>
  new Set(series.flatMap(({ runs }) => runs.flat().map(({ number }) => number))).size > 1;
