import { expect, it } from 'vitest';
import { readCap } from '../../../console/operations/read-cap.ts';

it.each([
  ['250', 250],
  [' $1,250.50 ', 1250.5],
  ['0', 0],
  ['1000000', 1_000_000],
  ['', null],
  ['1000000.01', undefined],
  ['-5', undefined],
  ['2.505', undefined],
  ['1e3', undefined],
  ['ten', undefined],
])('a cap typed as "%s" is read as %s', (text, cap) => {
  expect(readCap(text)).toBe(cap);
});
