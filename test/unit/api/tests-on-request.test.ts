import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { referenceObject } from '../../../domain/keys.ts';
import { TEST_TYPES } from '../../../domain/test-suite.ts';
import { createFakeRetests, REFERENCES } from './fake-retests.ts';
import { problemIn } from './problem-in.ts';
import { newWorld, OTHER_TENANT, TENANT } from './world.ts';

function ready(rest: { stage?: 'ready' | 'awaiting_approval' } = {}) {
  const retests = createFakeRetests();
  const world = newWorld({ retests });
  const character = world.addCharacter();
  const photoIds = world.addPhotos(character, 3);
  const identity = world.addIdentity(character, { stage: 'ready', referenceStrength: 70, photoIds, ...rest });
  const path = `/v1/identities/${identity.id}/tests`;
  const post = (body?: unknown, key: string | undefined = randomUUID()) =>
    world.ask('POST', path, body, key === '' ? {} : { 'idempotency-key': key });
  const started = () => world.told.filter(([name]) => name === 'startRetest').map(([, retest]) => retest);
  return { ...world, retests, character, identity, path, post, started };
}

describe('testing an identity again', () => {
  test('begins a test of all types with the strength and the photos of what was approved', async () => {
    const { post, started, identity, character, path } = ready();
    const answer = await post();
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(path);
    expect(await answer.json()).toMatchObject({ number: 1, state: 'running', types: [...TEST_TYPES], images: [] });
    expect(started()).toEqual([
      expect.objectContaining({
        identityId: identity.id,
        tenantId: TENANT,
        characterId: character.id,
        ...REFERENCES,
        number: 1,
        types: [...TEST_TYPES],
        settings: expect.objectContaining({ referenceStrength: 70 }),
      }),
    ]);
  });

  test('of some types, in the order of the suite', async () => {
    const { post, started } = ready();
    expect(await (await post({ types: ['profile', 'portrait'] })).json()).toMatchObject({
      types: ['portrait', 'profile'],
    });
    expect(started()).toMatchObject([{ types: ['portrait', 'profile'] }]);
  });

  test('the same key again is the same test; another one waits until it has ended', async () => {
    const { post, retests, started } = ready();
    await post({ types: ['profile'] }, 'key-1');
    expect(await (await post({ types: ['profile'] }, 'key-1')).json()).toMatchObject({ number: 1 });
    const other = await problemIn(await post({}, 'key-2'));
    expect(other).toMatchObject({ status: 409, code: 'test_running' });
    expect(other.detail).toContain('Test 1');
    // Each of them began the one that runs, in case that a crash had left it out.
    expect(started()).toMatchObject([{ number: 1 }, { number: 1 }, { number: 1 }]);
    for (const row of retests.rows) row.state = 'done';
    expect(await (await post({}, 'key-2')).json()).toMatchObject({ number: 2 });
    const conflict = await problemIn(await post({ types: ['lighting'] }, 'key-1'));
    expect(conflict).toMatchObject({ status: 409, code: 'idempotency_conflict' });
  });

  test.each([
    ['without a key', undefined, '', 400, 'idempotency_key_required'],
    ['with a type that is none', { types: ['selfie'] }, 'k', 422, 'invalid_request'],
    ['with a type twice', { types: ['profile', 'profile'] }, 'k', 422, 'invalid_request'],
    ['with no type', { types: [] }, 'k', 422, 'invalid_request'],
    ['with anything else', { strength: 90 }, 'k', 422, 'invalid_request'],
  ])('%s is refused', async (_, body, key, status, code) => {
    const { post, retests } = ready();
    expect(await problemIn(await post(body, key))).toMatchObject({ status, code });
    expect(retests.rows).toEqual([]);
  });

  test('an identity that is not ready is refused, with the way to other images', async () => {
    const { post, retests } = ready({ stage: 'awaiting_approval' });
    const problem = await problemIn(await post());
    expect(problem).toMatchObject({ status: 409, code: 'identity_not_ready' });
    expect(problem.detail).toContain('regenerate');
    expect(retests.rows).toEqual([]);
  });

  test('one that cannot be scored is refused before anything is written or paid, with the next step', async () => {
    const { post, retests, identity, rows, money, started } = ready();
    const { photos, objects } = rows;
    const { tenantId, id, photoIds } = identity;
    const copies = photoIds.map((photoId) => referenceObject(tenantId, id, photoId));
    for (const { bucket, key } of copies) objects.set(`${bucket}/${key}`, Buffer.from('photo'));
    photos.clear();
    expect((await post({}, 'with-copies')).status).toBe(202);
    for (const row of retests.rows) row.state = 'done';
    for (const { bucket, key } of copies) objects.delete(`${bucket}/${key}`);
    money.ownCap = 0;
    const problem = await problemIn(await post({}, 'without'));
    expect(problem).toMatchObject({ status: 409, code: 'references_missing' });
    expect(problem.detail).toContain('POST /v1/characters/{id}/identities');
    expect([retests.rows.length, started().length]).toEqual([1, 1]);
    // What was begun before is answered all the same.
    expect((await post({}, 'with-copies')).status).toBe(202);
  });

  test('one photo left of an identity without copies is enough to score against', async () => {
    const { post, identity, rows } = ready();
    const { photos } = rows;
    for (const photoId of identity.photoIds.slice(1)) photos.delete(photoId);
    expect((await post()).status).toBe(202);
    for (const photoId of identity.photoIds) photos.delete(photoId);
    expect(await problemIn(await post())).toMatchObject({ code: 'references_missing' });
  });

  test('what the budget does not allow is refused before anything is written', async () => {
    const { post, retests, money } = ready();
    money.ownCap = 0;
    expect(await problemIn(await post())).toMatchObject({ status: 409, code: 'budget_exceeded' });
    expect(retests.rows).toEqual([]);
  });
});

describe('the tests of an identity', () => {
  test('are listed newest first, with what is unclear and what could not be made', async () => {
    const { ask, post, path, retests } = ready();
    await post({ types: ['portrait'] }, 'a');
    const score = { type: 'portrait' as const, imageId: 'i', state: 'scored' as const, score: 91, distance: 0.5 };
    Object.assign(retests.rows[0] ?? {}, {
      state: 'done',
      closedAt: '2026-11-23T10:00:20.000Z',
      images: [{ type: 'portrait', imageId: 'i', seed: 1, sha256: 'a'.repeat(64), score }],
      scores: { calibration: 'v1', scorable: 1, of: 1, passed: false, missed: ['coverage'] },
      failedImages: [{ type: 'profile', code: 'ProviderFailed', message: 'no' }],
    });
    await post({}, 'b');
    const { items } = (await (await ask('GET', path)).json()) as { items: Record<string, unknown>[] };
    expect(items.map(({ number, state }) => [number, state])).toEqual([
      [2, 'running'],
      [1, 'done'],
    ]);
    expect(items[1]).toMatchObject({
      images: [{ score: { score: 91 }, links: { content: '/v1/images/i/content' } }],
      failedImages: [{ type: 'profile' }],
    });
    // A gate over fewer than all types would say nothing.
    expect(items[1]).not.toHaveProperty('scores');
  });

  test('of another tenant do not exist', async () => {
    const { ask, addCharacter, addIdentity, retests } = ready();
    const { id } = addIdentity(addCharacter(OTHER_TENANT), { stage: 'ready' });
    expect((await ask('GET', `/v1/identities/${id}/tests`)).status).toBe(404);
    expect((await ask('POST', `/v1/identities/${id}/tests`, {}, { 'idempotency-key': 'k' })).status).toBe(404);
    expect(retests.rows).toEqual([]);
  });
});
