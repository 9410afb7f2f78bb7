// The score means what its calibration says, and a picture that cannot be scored never counts as a bad one.

import { describe, expect, it } from 'vitest';
import { BYSTANDER_SHARE, MAX_YAW, MIN_SCORABLE_WIDTH } from '../../../domain/face-limits.ts';
import type { PictureReading } from '../../../domain/photo.ts';
import type { ImageScore, NotScorableReason } from '../../../domain/score.ts';
import { CALIBRATION, GATE, MIN_SCORABLE_SHARPNESS, scorableFace, scoreOf, summarise } from '../../../domain/score.ts';
import { face, picture, unreadable } from '../../support/readings.ts';

describe('the calibration', () => {
  it.each([
    ['what 95 % of genuine pairs reach', 0.998, 85],
    ['the centre', CALIBRATION.centre, 50],
    ['a genuine pair of median distance', 0.787, 99.6],
    ['another person', 1.35, 1.1],
  ])('%s: %f scores about %f', (_name, distance, score) => {
    expect(Math.abs(scoreOf(distance) - score)).toBeLessThan(0.5);
  });

  it('a larger distance never scores higher, and a score stays within 0 and 100', () => {
    const scores = Array.from({ length: 201 }, (_, i) => scoreOf(i / 100));
    for (const [i, score] of scores.entries()) {
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(100);
      if (i > 0) expect(score).toBeLessThan(scores[i - 1] ?? 0);
    }
  });
});

const withFace = (changes: Parameters<typeof face>[0]) => picture({ faces: [face(changes)] });
const withSecond = (width: number) => picture({ faces: [face({ width: 200 }), face({ width })] });

const REASONS: { reason: NotScorableReason; breaks: PictureReading; passes: PictureReading }[] = [
  { reason: 'unreadable', breaks: unreadable('corrupt'), passes: picture() },
  { reason: 'no_face', breaks: picture({ faces: [] }), passes: picture() },
  { reason: 'extreme_pose', breaks: withFace({ yaw: -MAX_YAW - 1 }), passes: withFace({ yaw: -MAX_YAW }) },
  { reason: 'extreme_pose', breaks: withFace({ yaw: MAX_YAW + 1 }), passes: withFace({ yaw: MAX_YAW }) },
  {
    reason: 'multiple_faces',
    breaks: withSecond(200 * BYSTANDER_SHARE),
    passes: withSecond(200 * BYSTANDER_SHARE - 1),
  },
  {
    reason: 'too_small',
    breaks: withFace({ width: MIN_SCORABLE_WIDTH - 1 }),
    passes: withFace({ width: MIN_SCORABLE_WIDTH }),
  },
  {
    reason: 'too_blurred',
    breaks: withFace({ sharpness: MIN_SCORABLE_SHARPNESS - 1 }),
    passes: withFace({ sharpness: MIN_SCORABLE_SHARPNESS }),
  },
];

describe('the face of a test image', () => {
  it.each(REASONS)('cannot be scored: $reason', ({ reason, breaks }) => {
    expect(scorableFace(breaks)).toBe(reason);
  });

  it.each(REASONS)('can be scored at the limit of $reason', ({ passes }) => {
    expect(scorableFace(passes)).toMatchObject({ confidence: 0.98 });
  });
});

const scored = (...scores: number[]): ImageScore[] =>
  scores.map((score, i) => ({ type: 'portrait', imageId: `image-${i}`, state: 'scored', score, distance: 0.5 }));
const unscored = (count: number): ImageScore[] =>
  Array.from({ length: count }, (_, i) => ({
    type: 'profile',
    imageId: `unscored-${i}`,
    state: 'not_scorable',
    reason: 'extreme_pose',
  }));

describe('the summary', () => {
  it('leaves out the best and the worst of five', () => {
    expect(summarise(scored(55, 90, 91, 92, 100))).toMatchObject({ mean: 91, worst: 55, scorable: 5, of: 5 });
  });

  it('takes the plain mean of fewer', () => {
    expect(summarise(scored(60, 90, 90, 100)).mean).toBe(85);
  });

  it('an image that cannot be scored changes the coverage, and neither the mean nor the worst', () => {
    const four = summarise([...scored(90, 92, 94), ...unscored(2)]);
    expect(four).toMatchObject({ mean: 92, worst: 90, scorable: 3, of: 5, passed: true, missed: [] });
  });

  it('without any score there is no mean and no worst, not even zero', () => {
    const none = summarise(unscored(5));
    expect(none).toEqual({
      calibration: CALIBRATION.version,
      scorable: 0,
      of: 5,
      passed: false,
      missed: ['mean', 'worst', 'coverage'],
      copies: 0,
    });
  });

  it.each([
    ['exactly at every limit', scored(GATE.mean, GATE.mean, GATE.mean), []],
    ['a mean just below', scored(84.9, 84.9, 84.9), ['mean']],
    ['a worst just below', scored(49.9, 99, 99, 99, 99), ['worst']],
    ['too few that can be scored', [...scored(99, 99), ...unscored(3)], ['coverage']],
    ['everything', scored(10, 20), ['mean', 'worst', 'coverage']],
  ])('the gate names what was missed: %s', (_name, images, missed) => {
    expect(summarise(images)).toMatchObject({ missed, passed: missed.length === 0 });
  });

  it('counts copies of a reference, and judges the scores alone', () => {
    const [first, ...others] = scored(90, 90, 90);
    const copied = summarise([...(first ? [{ ...first, copyOf: 'anna' }] : []), ...others]);
    expect(copied).toEqual({ ...summarise(scored(90, 90, 90)), copies: 1 });
  });

  it('judges the mean that it shows', () => {
    const almost = summarise(scored(84.9, 85, 85));
    expect(almost).toMatchObject({ mean: 85, passed: true });
  });
});
