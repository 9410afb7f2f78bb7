// Nothing is sent that the API refuses as a whole.

import { expect, test } from 'vitest';
import { PHOTO_LIMITS } from '../../../domain/photo-limits.ts';
import { fitsOneRequest } from '../../../react/state/one-request.ts';

const MB = 1024 * 1024;
const photos = (count: number, size: number) => Array.from({ length: count }, () => ({ size }));

test.each([
  [5, PHOTO_LIMITS.maxBytes, 5, true],
  [6, PHOTO_LIMITS.maxBytes, 5, false],
  [6, 2 * MB, 5, true],
  [20, 2 * MB, 5, true],
  [21, 1, 5, false],
  [20, PHOTO_LIMITS.maxBytes, 20, true],
])('%i photos of %i bytes, where a run takes %i: %s', (count, size, maximum, fits) => {
  expect(fitsOneRequest(photos(count, size), maximum)).toBe(fits);
});
