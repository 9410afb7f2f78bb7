// What the console says of a file without sending it is what the API would answer.

import { expect, test } from 'vitest';
import { fileProblem } from '../../../console/state/file-problem.ts';
import { judgeUnreadable } from '../../../domain/file-rules.ts';
import { PHOTO_LIMITS } from '../../../domain/photo-limits.ts';

const said = (problem: 'unsupported_format' | 'too_many_bytes') =>
  judgeUnreadable({ readable: false, problem, bytes: 0, format: undefined })[0]?.message;

test('a file of another type, in the words of the API', () => {
  expect(fileProblem({ type: 'image/gif', size: 1 })).toBe(said('unsupported_format'));
  expect(fileProblem({ type: '', size: 1 })).toBe(said('unsupported_format'));
});

test('a file that is too large, in the words of the API', () => {
  expect(fileProblem({ type: 'image/png', size: PHOTO_LIMITS.maxBytes + 1 })).toBe(said('too_many_bytes'));
});

test.each(['image/jpeg', 'image/png', 'image/webp'])('%s of the largest size has to be looked into', (type) => {
  expect(fileProblem({ type, size: PHOTO_LIMITS.maxBytes })).toBeUndefined();
});
