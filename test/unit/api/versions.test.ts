// The versions of a character over HTTP, and what each change refuses.

import { describe, expect, test } from 'vitest';
import type { Scope } from '../../../domain/scopes.ts';
import { VERSION_STATES } from '../../../domain/version.ts';
import { createFakeRetests } from './fake-retests.ts';
import { problemIn } from './problem-in.ts';
import { KEY, newWorld, OTHER_TENANT, TENANT } from './world.ts';

interface Answer {
  characterId: string;
  current?: number;
  items: { version: number; state: string; stateChangedBy: string; stateReason?: string; stateChangedAt: string }[];
}

/** A character with one version in each state: 1 revoked, 2 retired, 3 available, 4 current. */
function cast() {
  const world = newWorld({ retests: createFakeRetests() });
  const character = world.addCharacter();
  for (const state of VERSION_STATES.toReversed()) world.addVersion(character, { state });
  const path = `/v1/characters/${character.id}`;
  const read = async () => (await (await world.ask('GET', `${path}/versions`)).json()) as Answer;
  const states = async () => (await read()).items.map(({ state }) => state).reverse();
  return { ...world, character, path, read, states };
}

type Change = 'current' | 'retire' | 'revoke';
const CHANGES = ['current', 'retire', 'revoke'] as const;

const send = ({ ask, path }: ReturnType<typeof cast>, change: Change, version: number, body: object = {}) =>
  change === 'current'
    ? ask('PUT', `${path}/version`, { version, ...body })
    : ask('POST', `${path}/versions/${version}/${change}`, body);

describe('the versions of a character', () => {
  test('are listed with their states, the newest first', async () => {
    const { read, character, rows } = cast();
    const { characterId, current, items } = await read();
    expect([characterId, current]).toEqual([character.id, 4]);
    expect(items.map(({ version, state }) => [version, state])).toEqual([
      [4, 'current'],
      [3, 'available'],
      [2, 'retired'],
      [1, 'revoked'],
    ]);
    const [newest] = [...rows.versions.values()].slice(-1);
    expect(items[0]).toEqual({
      version: 4,
      identityId: newest?.identityId,
      state: 'current',
      referenceStrength: 80,
      loraSha256: newest?.loraSha256,
      testSuite: 'suite-2',
      scores: newest?.scores,
      trainer: 'fal/flux-lora-fast-training@1',
      generator: 'fal/flux-lora@1',
      decision: { round: 1, decisionId: 'd1' },
      approvedBy: 'key:k1',
      createdAt: newest?.createdAt,
      stateChangedAt: newest?.stateChangedAt,
      stateChangedBy: 'key:k1',
      links: { identity: `/v1/identities/${newest?.identityId}` },
    });
  });

  test('of a character without any are none, and none is current', async () => {
    const { ask, addCharacter } = newWorld();
    const { id } = addCharacter();
    const answer = await ask('GET', `/v1/characters/${id}/versions`);
    expect(await answer.json()).toEqual({ characterId: id, items: [] });
  });
});

// The states of versions 1 to 4 after the change, or the code that refuses it.
const OUTCOMES: [change: Change, version: number, string[] | { status: number; code: string }][] = [
  ['current', 4, ['revoked', 'retired', 'available', 'current']],
  ['current', 3, ['revoked', 'retired', 'current', 'available']],
  ['current', 2, ['revoked', 'current', 'available', 'available']],
  ['current', 1, { status: 409, code: 'version_revoked' }],
  ['current', 5, { status: 404, code: 'version_not_found' }],
  ['retire', 4, ['revoked', 'retired', 'available', 'retired']],
  ['retire', 3, ['revoked', 'retired', 'retired', 'current']],
  ['retire', 2, ['revoked', 'retired', 'available', 'current']],
  ['retire', 1, { status: 409, code: 'version_revoked' }],
  ['retire', 5, { status: 404, code: 'version_not_found' }],
  ['revoke', 4, ['revoked', 'retired', 'available', 'revoked']],
  ['revoke', 3, ['revoked', 'retired', 'revoked', 'current']],
  ['revoke', 2, ['revoked', 'revoked', 'available', 'current']],
  ['revoke', 1, ['revoked', 'retired', 'available', 'current']],
  ['revoke', 5, { status: 404, code: 'version_not_found' }],
];

describe('a change of a version', () => {
  test.each(OUTCOMES)('%s %i', async (change, version, outcome) => {
    const world = cast();
    const before = await world.read();
    const answer = await send(world, change, version, { reason: 'why' });
    if (!Array.isArray(outcome)) {
      expect(await problemIn(answer)).toMatchObject(outcome);
      expect(await world.read()).toEqual(before);
      return;
    }
    expect(answer.status).toBe(200);
    const after = (await answer.json()) as Answer;
    expect(after).toEqual(await world.read());
    expect(await world.states()).toEqual(outcome);
    const current = outcome.indexOf('current') + 1;
    expect(after.current).toBe(current === 0 ? undefined : current);
    // The same again changes nothing, also not the reason.
    const again = await send(world, change, version, { reason: 'again' });
    expect([again.status, await again.json()]).toEqual([200, after]);
  });

  test('says who made it, when and why, also of the one that was current', async () => {
    const world = cast();
    const started = Date.now();
    await send(world, 'current', 2, { reason: 'The new one squints.' });
    const [four, , two] = (await world.read()).items;
    expect(two).toMatchObject({ stateChangedBy: 'key:k1', stateReason: 'The new one squints.' });
    expect(four).toMatchObject({ stateChangedBy: 'key:k1', stateReason: 'Version 2 became current.' });
    for (const row of [two, four]) expect(Date.parse(row?.stateChangedAt ?? '')).toBeGreaterThanOrEqual(started);
    await send(world, 'retire', 2);
    expect((await world.read()).items[2]).not.toHaveProperty('stateReason');
  });

  test.each(CHANGES)('needs the scope approve: %s', async (change) => {
    const world = cast();
    const scopes: Scope[] = ['characters', 'identities'];
    for (const [hash, key] of world.principals)
      if (key.tenantId === TENANT) world.principals.set(hash, { ...key, scopes });
    const problem = await problemIn(await send(world, change, 3));
    expect(problem).toMatchObject({ status: 403, code: 'missing_scope', scope: 'approve' });
    expect(await world.states()).toEqual(['revoked', 'retired', 'available', 'current']);
  });

  test.each(CHANGES)('of a character of somebody else is one of nobody: %s', async (change) => {
    const world = cast();
    const theirs = world.addCharacter(OTHER_TENANT);
    world.addVersion(theirs);
    const foreign = { ...world, path: `/v1/characters/${theirs.id}` };
    expect(await problemIn(await send(foreign, change, 1))).toMatchObject({ status: 404, code: 'not_found' });
    expect(await problemIn(await world.ask('GET', `${foreign.path}/versions`))).toMatchObject({ code: 'not_found' });
  });

  test.each([
    ['no version', 'PUT', '/version', {}],
    ['version 0', 'PUT', '/version', { version: 0 }],
    ['half a version', 'PUT', '/version', { version: 1.5 }],
    ['a version that no column holds', 'PUT', '/version', { version: 2 ** 31 }],
    ['a field that nobody knows', 'PUT', '/version', { version: 3, state: 'current' }],
    ['a reason of 1001 letters', 'POST', '/versions/3/retire', { reason: 'x'.repeat(1001) }],
  ])('%s is refused with the field named', async (_, method, end, body) => {
    const world = cast();
    const problem = await problemIn(await world.ask(method, `${world.path}${end}`, body));
    expect(problem).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(problem.errors).toHaveLength(1);
    expect(await world.states()).toEqual(['revoked', 'retired', 'available', 'current']);
  });

  test.each(['three', '0', String(2 ** 31)])('a path with version %s leads nowhere', async (version) => {
    const world = cast();
    const problem = await problemIn(await world.ask('POST', `${world.path}/versions/${version}/revoke`, {}));
    expect(problem).toMatchObject({ status: 404 });
  });

  test.each(['retire', 'revoke'] as const)('needs no body: %s', async (change) => {
    const world = cast();
    const answer = await world.app.request(`${world.path}/versions/3/${change}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
    });
    expect(answer.status).toBe(200);
  });
});

describe('a test on request', () => {
  test.each([
    ['revoked', 409],
    ['retired', 202],
    ['available', 202],
    ['current', 202],
  ] as const)('of a version that is %s answers %i', async (state, status) => {
    const { ask, addCharacter, addPhotos, addVersion, rows } = newWorld({ retests: createFakeRetests() });
    const character = addCharacter();
    const { identityId } = addVersion(character, { state });
    Object.assign(rows.identities.get(identityId) ?? {}, { photoIds: addPhotos(character, 3) });
    const answer = await ask('POST', `/v1/identities/${identityId}/tests`, {}, { 'idempotency-key': 'k' });
    expect(answer.status).toBe(status);
    if (status === 409) expect(await problemIn(answer)).toMatchObject({ code: 'version_revoked' });
  });
});
