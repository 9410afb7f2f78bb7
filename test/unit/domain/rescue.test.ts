// Which strength is tried next, and which try is the best: the rules that decide what a person gets to see.

import { describe, expect, it } from 'vitest';
import { bestTry, nextStrength, type Tried } from '../../../domain/rescue.ts';
import { CALIBRATION, type ScoreSummary } from '../../../domain/score.ts';

const MAX = 9;

const scores = (given: Partial<ScoreSummary>): ScoreSummary => ({
  calibration: 'v1',
  mean: 60,
  worst: 40,
  scorable: 5,
  of: 5,
  passed: false,
  missed: ['mean'],
  ...given,
});
const at = (strength: number, mean = 60): Tried => ({ strength, scores: scores({ mean }) });
const notScorable = (strength: number): Tried => {
  const { mean: _, worst: __, ...rest } = scores({ scorable: 0 });
  return { strength, scores: rest };
};
const passing = (strength: number): Tried => ({ strength, scores: scores({ mean: 90, passed: true, missed: [] }) });

/** The strengths of a whole sweep, when each strength has this mean. */
function sweep(start: number, meanOf: (strength: number) => number, maxTries: number): number[] {
  const tried: [Tried, ...Tried[]] = [at(start, meanOf(start))];
  for (let next = nextStrength(tried, maxTries); next !== undefined; next = nextStrength(tried, maxTries)) {
    tried.push(at(next, meanOf(next)));
  }
  return tried.map(({ strength }) => strength);
}

describe('scores of two versions', () => {
  it('are never held against each other: today’s set goes on, whatever the older one says', () => {
    const before: Tried = { strength: 80, scores: scores({ calibration: 'v0', mean: 84 }) };
    const today: Tried = { strength: 90, scores: scores({ calibration: CALIBRATION.version, mean: 30 }) };
    expect(bestTry([before, today])).toBe(today);
    expect(bestTry([today, before])).toBe(today);
  });
});

describe('the next strength', () => {
  it.each([
    ['climbs while it helps', 60, (s: number) => s / 2, 3, [60, 70, 80, 90]],
    ['ends at the top of the scale', 80, (s: number) => s / 2, MAX, [80, 90, 100]],
    ['goes the other way when more made it worse', 80, (s: number) => 60 - s / 2, 3, [80, 90, 70, 60]],
    ['ends at the bottom of the scale, which is not nothing', 20, (s: number) => 60 - s / 2, MAX, [20, 30, 10]],
    ['stops at a peak, because both neighbours are known', 80, (s: number) => 60 - Math.abs(s - 80), MAX, [80, 90, 70]],
    ['stops at a peak on its way', 70, (s: number) => 60 - Math.abs(s - 80), MAX, [70, 80, 90]],
    ['tries one to each side where nothing changes', 80, () => 60, 2, [80, 90, 70]],
    ['does not step over the end', 95, (s: number) => s / 2, MAX, [95, 100]],
    ['begins downwards at the top', 100, (s: number) => 60 - s / 2, 2, [100, 90, 80]],
    ['begins upwards at the bottom', 0, (s: number) => s / 2, 2, [0, 10, 20]],
  ])('%s', (_, start, meanOf, maxTries, expected) => {
    expect(sweep(start, meanOf, maxTries)).toEqual(expected);
  });

  it.each([0, 1, 2, 3])('is asked for at most %i times, the setting', (maxTries) => {
    expect(sweep(50, (s) => s / 2, maxTries)).toHaveLength(1 + maxTries);
  });

  it('is none where nothing is left to compare with: it would be paid for, and not scored either', () => {
    const references = { count: 0 };
    expect(nextStrength([{ strength: 80, scores: { ...notScorable(80).scores, references } }], MAX)).toBeUndefined();
  });

  it('is none once a set passed', () => {
    expect(nextStrength([passing(80)], MAX)).toBeUndefined();
    expect(nextStrength([at(80), passing(90)], MAX)).toBeUndefined();
  });

  it('is worth it, too, where nothing could be scored', () => {
    expect(nextStrength([notScorable(80)], MAX)).toBe(90);
    expect(nextStrength([notScorable(80), notScorable(90)], MAX)).toBe(70);
  });

  it('is always new and on the scale, wherever it starts and whatever comes of it', () => {
    for (let start = 0; start <= 100; start++) {
      for (const meanOf of [(s: number) => s, (s: number) => 100 - s, (s: number) => (s * 37) % 60]) {
        const strengths = sweep(start, meanOf, 1000);
        expect(new Set(strengths).size).toBe(strengths.length);
        expect(strengths.every((s) => Number.isInteger(s) && s >= 0 && s <= 100)).toBe(true);
      }
    }
  });
});

describe('the best try', () => {
  it.each<[string, Tried, Tried]>([
    ['one that passed, whatever its mean', passing(100), at(80, 99)],
    ['more images that could be scored', at(100, 50), { strength: 80, scores: scores({ mean: 99, scorable: 4 }) }],
    ['the higher mean', at(100, 61), at(80, 60)],
    ['the higher mean, though its worst is lower', { strength: 100, scores: scores({ mean: 61, worst: 30 }) }, at(80)],
    ['the better worst, where the means are equal', { strength: 100, scores: scores({ worst: 45 }) }, at(80)],
    [
      'images that cannot be scored before none at all',
      notScorable(100),
      { strength: 80, scores: { ...notScorable(80).scores, of: 0 } },
    ],
    ['the lower strength of equals', at(70), at(80)],
  ])('is %s', (_, better, worse) => {
    expect(bestTry([better, worse])).toBe(better);
    expect(bestTry([worse, better])).toBe(better);
  });
});
