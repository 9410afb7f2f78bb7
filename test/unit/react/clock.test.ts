import { expect, test } from 'vitest';
import { clock } from '../../../react/prepare/clock.ts';

test.each([
  [0, '0:00'],
  [7_999, '0:07'],
  [60_000, '1:00'],
  [725_000, '12:05'],
  [3_725_000, '1:02:05'],
])('%d ms reads %s', (ms, text) => {
  expect(clock(ms)).toBe(text);
});

test('a clock that is behind the server reads zero', () => {
  expect(clock(-5000)).toBe('0:00');
});
