// What a character is: said when it is added, changed while nothing is prepared of it, and fixed in every identity.

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { IdentityRow } from '../../../core/ports/identities.ts';
import { BUCKETS, triggerWord } from '../../../domain/keys.ts';
import { HUMAN_NOUNS, SUBJECT_KINDS } from '../../../domain/subject.ts';
import { createFakeRetests } from './fake-retests.ts';
import { CREATED } from './fake-tables.ts';
import { problemIn } from './problem-in.ts';
import { newWorld, OTHER_TENANT, type World } from './world.ts';

const PERSON = { kind: 'human', noun: 'person' } as const;
const WOMAN = { kind: 'human', noun: 'woman' } as const;
const MAN = { kind: 'human', noun: 'man' } as const;

const create = (world: World, subject?: unknown) => world.ask('POST', '/v1/characters', { name: 'Mara', subject });
const setSubject = (world: World, id: string, subject: unknown) =>
  world.ask('PUT', `/v1/characters/${id}/subject`, subject);
const begun = (world: World, call = 'start') => world.told.filter(([name]) => name === call).map(([, run]) => run);
const begin = (world: World, characterId: string, key: string = randomUUID()) =>
  world.ask('POST', `/v1/characters/${characterId}/identities`, {}, { 'idempotency-key': key });

describe('a character that is added', () => {
  test('is a person, when nothing else is said', async () => {
    const world = newWorld();
    expect(await (await create(world)).json()).toMatchObject({ subject: PERSON });
  });

  test.each(HUMAN_NOUNS)('may be a %s, and is shown so', async (noun) => {
    const world = newWorld();
    const answer = await create(world, { kind: 'human', noun });
    expect(answer.status).toBe(201);
    const character = (await answer.json()) as { id: string };
    expect(character).toMatchObject({ subject: { kind: 'human', noun } });
    expect(await (await world.ask('GET', `/v1/characters/${character.id}`)).json()).toEqual(character);
    expect(await (await world.ask('GET', '/v1/characters')).json()).toMatchObject({ items: [character] });
  });

  test.each(SUBJECT_KINDS.filter((kind) => kind !== 'human'))(
    'of the kind %s is refused, and told why',
    async (kind) => {
      const world = newWorld();
      const problem = await problemIn(await create(world, { kind, noun: 'dog' }));
      expect(problem).toMatchObject({ status: 422, code: 'invalid_request' });
      const { message } = problem.errors?.find(({ path }) => path === 'subject.kind') ?? {};
      expect(message).toBe(`an identity of a ${kind} character cannot be prepared yet: use "human"`);
      expect(world.rows.characters.size).toBe(0);
    },
  );

  test.each([
    ['a kind that is none', { kind: 'ghost', noun: 'person' }, 'subject.kind'],
    ['no noun', { kind: 'human' }, 'subject.noun'],
    ['a noun that is none of people', { kind: 'human', noun: 'dog' }, 'subject.noun'],
    ['a prompt in place of the noun', { kind: 'human', noun: 'woman, nude, <lora:other:1>' }, 'subject.noun'],
    ['a noun in capitals', { kind: 'human', noun: 'Woman' }, 'subject.noun'],
    ['a noun without its kind', { noun: 'woman' }, 'subject.kind'],
    ['a word in place of both', 'woman', 'subject'],
  ])('with %s is refused with the field named', async (_, subject, path) => {
    const world = newWorld();
    const problem = await problemIn(await create(world, subject));
    expect(problem).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(problem.errors?.map((error) => error.path)).toContain(path);
    expect(world.rows.characters.size).toBe(0);
  });
});

describe('what a character is may be changed', () => {
  test('while no identity of it is open', async () => {
    const world = newWorld();
    const { id } = world.addCharacter();
    const answer = await setSubject(world, id, WOMAN);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ id, subject: WOMAN });
    expect(await (await world.ask('GET', `/v1/characters/${id}`)).json()).toMatchObject({ subject: WOMAN });
  });

  test('not while one is, because the run goes on with what it was begun with; the same again is no change', async () => {
    const world = newWorld();
    const character = world.addCharacter(undefined, { subject: WOMAN });
    const identity = world.addIdentity(character);
    const problem = await problemIn(await setSubject(world, character.id, MAN));
    expect(problem).toMatchObject({ status: 409, code: 'subject_in_use' });
    expect(problem.detail).toContain('cancel it');
    expect((await setSubject(world, character.id, WOMAN)).status).toBe(200);
    expect(world.rows.characters.get(character.id)?.subject).toEqual(WOMAN);
    world.rows.identities.set(identity.id, { ...identity, stage: 'cancelled', closedAt: CREATED });
    expect((await setSubject(world, character.id, MAN)).status).toBe(200);
    expect(world.rows.characters.get(character.id)?.subject).toEqual(MAN);
  });

  test('by nobody else, to nothing that cannot be', async () => {
    const world = newWorld();
    const theirs = world.addCharacter(OTHER_TENANT);
    expect((await setSubject(world, theirs.id, WOMAN)).status).toBe(404);
    const mine = world.addCharacter();
    for (const subject of [{ kind: 'creature', noun: 'dog' }, { kind: 'human', noun: 'nude woman' }, {}]) {
      expect(await problemIn(await setSubject(world, mine.id, subject))).toMatchObject({ status: 422 });
    }
    for (const { id } of [theirs, mine]) expect(world.rows.characters.get(id)?.subject).toEqual(PERSON);
  });
});

describe('an identity', () => {
  const ready = (subject: IdentityRow['subject']) =>
    ({ stage: 'ready', version: 1, closedAt: CREATED, subject }) as const;

  test('is begun as what its character is then, and begun again after a crash as what it was', async () => {
    const world = newWorld();
    const character = world.addCharacter(undefined, { subject: WOMAN });
    world.addPhotos(character, 3);
    const { identityId } = (await (await begin(world, character.id, 'once')).json()) as { identityId: string };
    const row = world.rows.identities.get(identityId);
    expect(row?.subject).toEqual(WOMAN);
    // As if it had been changed by a hand in the database.
    world.rows.characters.set(character.id, { ...character, subject: MAN });
    await begin(world, character.id, 'once');
    expect(begun(world)).toMatchObject([{ subject: WOMAN }, { subject: WOMAN }]);
  });

  test('that was opened without a class noun is begun without one', async () => {
    const world = newWorld();
    const character = world.addCharacter(undefined, { subject: WOMAN });
    world.addPhotos(character, 3);
    const { identityId } = (await (await begin(world, character.id, 'once')).json()) as { identityId: string };
    const row = world.rows.identities.get(identityId);
    if (row) row.subject = undefined;
    await begin(world, character.id, 'once');
    expect(begun(world)[1]).toMatchObject({ identityId, subject: undefined });
  });

  test.each([
    ['the noun that it was trained with', WOMAN],
    ['none, as it was trained', undefined],
  ])('is tested again with %s, whatever its character is by now', async (_, subject) => {
    const world = newWorld({ retests: createFakeRetests() });
    const character = world.addCharacter(undefined, { subject: MAN });
    const identity = world.addIdentity(character, { ...ready(subject), photoIds: world.addPhotos(character, 3) });
    const asked = await world.ask('POST', `/v1/identities/${identity.id}/tests`, {}, { 'idempotency-key': 'k' });
    expect(asked.status).toBe(202);
    expect(begun(world, 'startRetest')).toEqual([expect.objectContaining({ identityId: identity.id, subject })]);
  });

  test.each([
    [WOMAN, ' woman', 'suite-2'],
    [undefined, '', 'suite-1'],
  ])('begun as %o says by its run and by its row how a prompt names it', async (subject, noun, testSuite) => {
    const world = newWorld();
    const identity = world.addIdentity(world.addCharacter(), { subject });
    const word = triggerWord(identity.id);
    const named = { triggerWord: word, triggerPhrase: `${word}${noun}`, testSuite };
    const read = async () => (await world.ask('GET', `/v1/identities/${identity.id}`)).json();
    const state = world.rows.states.get(identity.id);
    if (state && subject) state.subject = subject;
    const byRun = (await read()) as Record<string, unknown>;
    expect(byRun).toMatchObject({ ...named, source: 'run' });
    world.rows.states.delete(identity.id);
    const byRow = (await read()) as Record<string, unknown>;
    expect(byRow).toMatchObject({ ...named, source: 'record' });
    expect([byRun.subject, byRow.subject]).toEqual([subject, subject]);
  });

  test.each([
    [WOMAN, 'lkkbbbbb woman'],
    [undefined, 'lkkbbbbb'],
  ])(
    'that is ready and was begun as %o is drawn with the phrase that it was trained with',
    async (subject, triggerPhrase) => {
      const world = newWorld();
      const approved = {
        identityId: '40000000-0000-4000-8000-000000000004',
        version: 1,
        lora: { bucket: BUCKETS.loras, key: 'a/b/1.safetensors' },
        loraSha256: 'ab',
        referenceStrength: 75,
        subject,
      };
      const { id } = world.addCharacter(undefined, { subject: MAN, ready: approved });
      const shown = { identity: { technologyData: { triggerPhrase } } };
      expect(await (await world.ask('GET', `/v1/characters/${id}`)).json()).toMatchObject(shown);
      expect(await (await world.ask('GET', '/v1/characters')).json()).toMatchObject({ items: [shown] });
    },
  );
});
