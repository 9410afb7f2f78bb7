// The optimal assignment: the least total cost, for any number of rows and columns.

import { describe, expect, it } from 'vitest';
import { assign } from '../../../domain/stills/assignment.ts';

const LIMIT = 1;

/** mulberry32 of a seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const totalOf = (costs: number[][], columnOf: readonly (number | undefined)[]): number =>
  costs.reduce((sum, row, i) => sum + (columnOf[i] === undefined ? LIMIT : (row[columnOf[i]] ?? Number.NaN)), 0);

/** Every way to give each row a free column or none. */
function leastTotal(costs: number[][], row = 0, taken: readonly number[] = []): number {
  const own = costs[row];
  if (!own) return 0;
  const choices = own.flatMap((cost, column) =>
    taken.includes(column) ? [] : [cost + leastTotal(costs, row + 1, [...taken, column])],
  );
  return Math.min(LIMIT + leastTotal(costs, row + 1, taken), ...choices);
}

describe('the assignment', () => {
  it('gives a row the farther column, where the nearer one is needed more by another', () => {
    const costs = [
      [0.4, 0.5],
      [0.45, 0.95],
    ];
    expect(assign(costs, LIMIT)).toEqual([1, 0]);
  });

  it('leaves a row without a column rather than pay more than the limit', () => {
    expect(assign([[1.2], [0.9]], LIMIT)).toEqual([undefined, 0]);
    expect(assign([[Number.POSITIVE_INFINITY, 0.3]], LIMIT)).toEqual([1]);
  });

  it('has nothing to give without rows or without columns', () => {
    expect(assign([], LIMIT)).toEqual([]);
    expect(assign([[], []], LIMIT)).toEqual([undefined, undefined]);
  });

  it('is as cheap as the cheapest of all ways, for up to six rows and columns', () => {
    const next = random(1);
    for (let round = 0; round < 300; round++) {
      const [rows, columns] = [1 + Math.floor(next() * 6), Math.floor(next() * 7)];
      const costs = Array.from({ length: rows }, () => Array.from({ length: columns }, () => next() * 1.5));
      const columnOf = assign(costs, LIMIT);
      const given = columnOf.filter((column) => column !== undefined);
      expect(new Set(given).size).toBe(given.length);
      expect(totalOf(costs, columnOf)).toBeCloseTo(leastTotal(costs), 9);
    }
  });

  it('finds the one good way among forty people', () => {
    const people = 40;
    const costs = Array.from({ length: people }, (_, row) =>
      Array.from({ length: people }, (_, column) => ((row * 7) % people === column ? 0.1 : 0.9)),
    );
    expect(assign(costs, LIMIT)).toEqual(Array.from({ length: people }, (_, row) => (row * 7) % people));
  });
});
