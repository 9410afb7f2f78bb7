// How long a training will take: by those before it, else by the profile, in proportion to its steps.

import { expect, test } from 'vitest';
import { expectedTraining } from '../../../domain/expected-time.ts';
import { TRAINING } from '../../../domain/provider-profile.ts';

test('without past trainings the time is that of the profile', () => {
  const expected = { trainingSeconds: TRAINING.expectedMs / 1000, basedOn: 'profile' };
  expect(expectedTraining(TRAINING.defaultSteps, undefined)).toEqual(expected);
});

test.each([
  [1000, 0.2, 200],
  [2000, 0.2, 400],
  [100, 0.2049, 20],
])('%i steps at %f seconds each take %i seconds', (steps, pace, trainingSeconds) => {
  expect(expectedTraining(steps, pace)).toEqual({ trainingSeconds, basedOn: 'past_runs' });
});

test('no training is expected to have ended before it begins', () => {
  expect(expectedTraining(100, 0.000_1).trainingSeconds).toBe(1);
});
