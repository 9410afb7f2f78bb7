import { expect, test } from 'vitest';
import { unwrap, unwrapMaybe, unwrapNothing } from '../../../adapters/supabase/unwrap.ts';

const answer = <T>(data: T) => Promise.resolve({ data, error: null, status: 200 });
const refused = (code: string, status: number) => Promise.resolve({ data: null, error: { code, message: '' }, status });
const failure = (code: string) => expect.objectContaining({ name: 'Failure', code });

test('data passes, false, zero and an empty list among it', async () => {
  expect(await unwrap(answer(false), 'x')).toBe(false);
  expect(await unwrap(answer(0), 'x')).toBe(0);
  expect(await unwrapMaybe(answer([]), 'x')).toEqual([]);
});

test('no data is NotFound, or undefined where that is an answer', async () => {
  await expect(unwrap(answer(null), 'x')).rejects.toEqual(failure('NotFound'));
  await expect(unwrap(refused('PGRST116', 406), 'x')).rejects.toEqual(failure('NotFound'));
  expect(await unwrapMaybe(answer(null), 'x')).toBeUndefined();
  expect(await unwrapMaybe(refused('PGRST116', 406), 'x')).toBeUndefined();
  expect(await unwrapNothing(answer(null), 'x')).toBeUndefined();
});

test('an error is a Failure, with the status of the answer where the error has none', async () => {
  await expect(unwrapMaybe(refused('', 503), 'x')).rejects.toEqual(failure('StoreUnavailable'));
  await expect(unwrapNothing(refused('23505', 409), 'x')).rejects.toEqual(failure('Internal'));
});

test('a body that breaks off is StoreUnavailable, and quotes nothing', async () => {
  const broken = Promise.reject(new TypeError('terminated: https://x?token=secret'));
  await expect(unwrap(broken, 'x')).rejects.toEqual(failure('StoreUnavailable'));
  await expect(unwrap(broken, 'x')).rejects.not.toThrow('secret');
});
