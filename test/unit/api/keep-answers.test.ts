// For how long, and of whom, an answer is kept, such as whose a key is.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepAnswers } from '../../../api/keep-answers.ts';
import type { Principal } from '../../../core/ports/keys.ts';
import { Failure } from '../../../domain/failure.ts';
import { TENANT } from './world.ts';

const FOR_MS = 5000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

function keyring(most = 10) {
  const asked: string[] = [];
  const owners = new Map<string, Principal>(
    ['a', 'b', 'c'].map((hash) => [hash, { kind: 'key', tenantId: TENANT, keyId: hash, scopes: [] }]),
  );
  const trouble: { failure?: Failure } = {};
  const lookUp = async (hash: string) => {
    asked.push(hash);
    if (trouble.failure) throw trouble.failure;
    return owners.get(hash);
  };
  return { asked, owners, trouble, principal: keepAnswers(lookUp, { forMs: FOR_MS, most }) };
}

test('many requests with a key are one look-up, those at once too', async () => {
  const { asked, owners, principal } = keyring();
  const answers = await Promise.all(Array.from({ length: 20 }, () => principal('a')));
  answers.push(await principal('a'));
  expect(answers).toEqual(Array(21).fill(owners.get('a')));
  expect(asked).toEqual(['a']);
});

test('a revoked key stops within the time, however often it is used', async () => {
  const { owners, principal } = keyring();
  await principal('a');
  owners.delete('a');
  for (let ms = 0; ms < FOR_MS; ms += 500) {
    expect(await principal('a')).toBeDefined();
    vi.advanceTimersByTime(500);
  }
  expect(await principal('a')).toBeUndefined();
});

test('a key that is made works at once, although it was refused before', async () => {
  const { owners, principal } = keyring();
  expect(await principal('new')).toBeUndefined();
  owners.set('new', { kind: 'key', tenantId: TENANT, keyId: 'new', scopes: [] });
  expect(await principal('new')).toBeDefined();
});

test('a database that was away is asked again', async () => {
  const { trouble, principal } = keyring();
  trouble.failure = new Failure('StoreUnavailable', 'The database cannot be reached.');
  await expect(principal('a')).rejects.toThrow('cannot be reached');
  delete trouble.failure;
  expect(await principal('a')).toBeDefined();
});

test('no more keys are kept than allowed: the one asked for longest ago makes room', async () => {
  const { asked, principal } = keyring(2);
  for (const hash of ['a', 'b', 'c', 'b', 'a']) await principal(hash);
  expect(asked).toEqual(['a', 'b', 'c', 'a']);
});
