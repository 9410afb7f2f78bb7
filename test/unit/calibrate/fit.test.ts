import { describe, expect, it } from 'vitest';
import { distanceAt, fitConstants } from '../../../bench/calibrate/fit.ts';
import { CALIBRATION, scoreOf } from '../../../domain/score.ts';

/** From `low` to `high`, evenly. */
const spread = (count: number, low: number, high: number) =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));

describe('the fitted constants', () => {
  it('are the known ones when the distances were made by them', () => {
    const known = { centre: 0.6, slope: 0.04 };
    const d85 = distanceAt(85, known);
    const genuine = [...spread(95, 0.2, d85), ...spread(5, d85 + 0.01, d85 + 0.05)];
    const impostor = [known.centre, ...spread(99, 0.7, 1.1)];
    const fitted = fitConstants([{ genuine, impostor }]);
    expect(fitted?.centre).toBeCloseTo(known.centre, 10);
    expect(fitted?.slope).toBeCloseTo(known.slope, 10);
    expect(fitted?.distanceAt85).toBeCloseTo(d85, 10);
  });

  it('let 19 of 20 pairs of one person reach 85, the last of them exactly', () => {
    const fitted = fitConstants([{ genuine: spread(20, 0.2, 0.58), impostor: spread(50, 0.7, 1) }]);
    expect(fitted?.distanceAt85).toBeCloseTo(0.56, 10);
    expect(fitted && distanceAt(85, fitted)).toBeCloseTo(0.56, 10);
  });

  it('forgive one in a thousand pairs of two people for lying close', () => {
    const three = spread(3, 0.1, 0.2);
    const genuine = spread(20, 0.2, 0.5);
    expect(fitConstants([{ genuine, impostor: [...three, ...spread(2997, 0.7, 1)] }])).toBeUndefined();
    expect(fitConstants([{ genuine, impostor: [...three, ...spread(2998, 0.7, 1)] }])?.centre).toBeCloseTo(0.7, 10);
  });

  it('are none when the kinds of pairs overlap', () => {
    expect(fitConstants([{ genuine: spread(20, 0.3, 0.9), impostor: spread(50, 0.3, 0.9) }])).toBeUndefined();
  });

  it('are those of the group that asks the most, and a group too small to tell follows', () => {
    const easy = { genuine: spread(1_000, 0.2, 0.4), impostor: spread(5_000, 1, 1.4) };
    const hard = { genuine: spread(100, 0.2, 0.6), impostor: spread(1_000, 0.8, 1.4) };
    const few = { genuine: spread(10, 0.2, 0.9), impostor: spread(90, 0.7, 1) };
    const alone = fitConstants([hard]);
    expect(alone?.distanceAt85).toBeCloseTo(0.58, 2);
    expect(alone?.centre).toBeCloseTo(0.8, 10);
    expect(fitConstants([easy, hard, few])).toEqual(alone);
  });
});

it('puts a score back where the score came from', () => {
  expect(distanceAt(50, CALIBRATION)).toBeCloseTo(CALIBRATION.centre, 10);
  for (const score of [5, 50, 85, 99]) expect(scoreOf(distanceAt(score, CALIBRATION))).toBeCloseTo(score, 10);
});
