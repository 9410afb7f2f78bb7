import { describe, expect, it } from 'vitest';
import { aucInterval } from '../../../bench/calibrate/auc-interval.ts';
import { everyPair } from '../../../bench/calibrate/labelled-photos.ts';
import { atShare, rate, rocAuc } from '../../../bench/calibrate/statistics.ts';

const genuine = (...distances: number[]) => distances.map((distance) => ({ same: true, distance }));
const impostor = (...distances: number[]) => distances.map((distance) => ({ same: false, distance }));
const sorted = <Pair extends { distance: number }>(pairs: Pair[]) => pairs.sort((a, b) => a.distance - b.distance);

describe('ROC AUC', () => {
  it('is 1 when every pair of one person lies closer, and 0 when none does', () => {
    expect(rocAuc(sorted([...genuine(0.1, 0.2), ...impostor(0.7, 0.8, 0.9)]))).toBe(1);
    expect(rocAuc(sorted([...genuine(0.8, 0.9), ...impostor(0.1, 0.2)]))).toBe(0);
  });

  it('counts what is out of order', () => {
    // Of the six comparisons only 0.5 against 0.4 is lost.
    expect(rocAuc(sorted([...genuine(0.3, 0.5), ...impostor(0.4, 0.6, 0.7)]))).toBeCloseTo(5 / 6, 12);
  });

  it('counts a tie as a half, whatever the order in the list', () => {
    expect(rocAuc([...genuine(0.5), ...impostor(0.5)])).toBe(0.5);
    expect(rocAuc([...impostor(0.5), ...genuine(0.5)])).toBe(0.5);
    expect(rocAuc(sorted([...genuine(0.2, 0.5, 0.5), ...impostor(0.5, 0.9)]))).toBeCloseTo(5 / 6, 12);
  });

  it('lets a pair count several times', () => {
    const pairs = sorted([...genuine(0.3, 0.5), ...impostor(0.4)]);
    expect(rocAuc(pairs, (pair) => (pair.distance === 0.5 ? 3 : 1))).toBeCloseTo(1 / 4, 12);
  });
});

describe("the AUC's interval", () => {
  /** Four persons with three photos each; `far` are distances of pairs of one person. */
  function sample(far: (person: number) => number) {
    const photos = Array.from({ length: 12 }, (_, i) => ({ name: `${i}`, file: `${i}`, person: `${i % 4}` }));
    const { pairs } = everyPair(photos);
    const measured = pairs.map((pair) => ({ ...pair, distance: pair.same ? far(pair.a % 4) : 0.5 + pair.b / 100 }));
    return { photos, pairs: sorted(measured) };
  }

  it('has no width when nothing is out of order', () => {
    const { photos, pairs } = sample(() => 0.3);
    expect(aucInterval(pairs, photos)).toMatchObject({ low: 1, high: 1 });
  });

  it('is wide when all errors are of one person', () => {
    const { photos, pairs } = sample((person) => (person === 0 ? 0.9 : 0.3));
    expect(rocAuc(pairs)).toBeCloseTo(0.75, 12);
    // Of four draws the person is drawn three times in 5 of 100, and brings the own pairs three times: 3 of 4 are errors.
    expect(aucInterval(pairs, photos)).toMatchObject({ low: 0.25, high: 1 });
  });

  it('is the same every time', () => {
    const photos = Array.from({ length: 24 }, (_, i) => ({ name: `${i}`, file: `${i}`, person: `${i % 8}` }));
    const pairs = everyPair(photos).pairs.map((pair) => {
      const scattered = ((pair.a * 31 + pair.b * 17) % 101) / 101;
      return { ...pair, distance: pair.same ? scattered * 0.7 : 0.3 + scattered * 0.7 };
    });
    const { low, high } = aucInterval(sorted(pairs), photos);
    // What this seed gives; by another the last digits differ.
    expect([low, high].map((value) => value.toFixed(6))).toEqual(['0.859007', '0.936921']);
  });

  it('tells how many draws held both kinds of pairs', () => {
    const photos = ['a', 'a', 'b', 'c'].map((person, i) => ({ name: `${i}`, file: `${i}`, person }));
    const pairs = everyPair(photos).pairs.map((pair) => ({ ...pair, distance: pair.same ? 0.3 : 0.8 }));
    const { draws } = aucInterval(sorted([...pairs]), photos);
    // Neither without a (8 of 27) nor with nobody else (1 of 27).
    expect(draws / 1000).toBeGreaterThan(0.6);
    expect(draws / 1000).toBeLessThan(0.73);
  });
});

describe("Wilson's interval", () => {
  // Newcombe 1998, Statistics in Medicine 17, table I: 81/263, 15/148, 0/20 and 1/29.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %d in %d is %d to %d', (count, of, low, high) => {
    const interval = rate(count, of);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('says nothing of no trials', () => {
    expect(rate(0, 0)).toMatchObject({ low: 0, high: 1 });
  });
});

it('takes a share by the nearest rank', () => {
  const twenty = Array.from({ length: 20 }, (_, i) => i + 1);
  expect([0, 0.05, 0.5, 0.95, 1].map((share) => atShare(twenty, share))).toEqual([1, 1, 10, 19, 20]);
  expect(atShare([7], 0.95)).toBe(7);
});
