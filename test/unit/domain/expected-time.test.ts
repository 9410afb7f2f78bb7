// How long a training will take: by those before it, else by the profile, in proportion to its steps.

import { expect, test } from 'vitest';
import { expectedTraining } from '../../../domain/expected-time.ts';
import { TRAINER } from '../../support/models.ts';

test('without past trainings the time is that of the profile', () => {
  const expected = { trainingSeconds: TRAINER.expectedMs / 1000, basedOn: 'profile' };
  expect(expectedTraining(TRAINER, TRAINER.limits.steps.default, undefined)).toEqual(expected);
});

test.each([
  [1000, 0.2, 200],
  [2000, 0.2, 400],
  [100, 0.2049, 20],
])('%i steps at %f seconds each take %i seconds', (steps, pace, trainingSeconds) => {
  expect(expectedTraining(TRAINER, steps, pace)).toEqual({ trainingSeconds, basedOn: 'past_runs' });
});

test('no training is expected to have ended before it begins', () => {
  expect(expectedTraining(TRAINER, 100, 0.000_1).trainingSeconds).toBe(1);
});
