// The bar of a training: as far as the expected time has gone by, and never full before the end.

import { expect, test } from 'vitest';
import { durationWords } from '../../../react/prepare/duration-words.ts';
import { trainingProgress } from '../../../react/prepare/training-progress.ts';

const expected = { trainingSeconds: 360, basedOn: 'profile' } as const;

test.each([
  [-5000, 0, false],
  [0, 0, false],
  [180_000, 0.5, false],
  [360_000, 0.95, false],
  [360_001, 0.95, true],
  [86_400_000, 0.95, true],
])('after %i ms the bar is at %f, late: %s', (elapsed, share, isLate) => {
  expect(trainingProgress(elapsed, expected)).toEqual({ share, isLate });
});

test.each([
  [2, 'less than a minute'],
  [44, 'less than a minute'],
  [45, 'about 1 minute'],
  [89, 'about 1 minute'],
  [90, 'about 2 minutes'],
  [360, 'about 6 minutes'],
])('%i seconds are %s', (seconds, words) => {
  expect(durationWords(seconds)).toBe(words);
});
