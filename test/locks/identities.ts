// The locks of identities: starts, what a character is, and versions.

import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { createTables } from '../../adapters/supabase/tables.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import {
  type Cast,
  image,
  lora,
  NO_LIMITS,
  newCast,
  newIdentity,
  newTenant,
  publication,
  scored,
  sha,
  summary,
} from '../support/cast.ts';
import { refusals, values } from '../support/hammer.ts';
import { PAIR } from '../support/models.ts';
import { type Arena, CALLERS, jobs, type Race } from './race.ts';

const HALF = CALLERS / 2;
const ROBOT = { kind: 'object', noun: 'robot' } as const;

const start = ({ tenantId, characterId }: Pick<Cast, 'tenantId' | 'characterId'>, id: string = randomUUID()) => ({
  id,
  tenantId,
  characterId,
  requestHash: sha('c'),
  referenceStrength: 80,
  ...PAIR,
  trainingSteps: 1000,
});

async function newCharacter({ client }: Arena) {
  const tables = createTables(client);
  const tenantId = await newTenant(client);
  const { id: characterId } = await tables.characters.create(tenantId, 'Ada');
  /** Whether every identity was begun as what the character is now. */
  const isOneThing = async () => {
    const { subject } = (await tables.characters.find(tenantId, characterId)) ?? {};
    const { items } = await tables.identities.list(tenantId, { characterId }, { limit: 100 });
    return items.every((row) => row.subject?.noun === subject?.noun);
  };
  return { ...tables, tenantId, characterId, isOneThing };
}

/** So many identities of one character, each to be published. */
async function newVersions(client: Arena['client'], count: number) {
  const cast = await newCast(client);
  const { identities, versions } = createTables(client);
  const published = [];
  for (let n = 0; n < count; n++) {
    const one = { ...cast, identityId: n === 0 ? cast.identityId : await newIdentity(client, cast) };
    await identities.saveLora(one.tenantId, one.identityId, lora(one));
    published.push(() => identities.publish(publication(one)));
  }
  return { ...cast, versions, published };
}

export const IDENTITY_RACES: Race[] = [
  {
    promise: 'a tenant gets as many open runs as it may have, and one start is one run',
    locks: ['start_identity: tenants for no key update'],
    gate: { table: 'identities', before: 'insert', each: 'statement' },
    async run(arena) {
      const { identities, ...cast } = await newCharacter(arena);
      const id = randomUUID();
      const opened = await arena.race(
        jobs(HALF, () => identities.open(start(cast, id), NO_LIMITS)),
        jobs(HALF, () => identities.open(start(cast), { ...NO_LIMITS, openRuns: 3 })),
      );
      const { items } = await identities.list(cast.tenantId, {}, { limit: 100 });
      return { rows: items.length, refused: refusals(opened) };
    },
    holds: { rows: 3, refused: {} },
    broken: { rows: HALF + 1, refused: { Internal: HALF - 1 } },
  },
  {
    promise: 'what a character is does not change while a run begins',
    locks: ['start_identity: characters for share of c'],
    gate: { table: 'identities', before: 'insert', each: 'row' },
    async run(arena) {
      const { identities, characters, isOneThing, ...cast } = await newCharacter(arena);
      await arena.race(
        [() => identities.open(start(cast), NO_LIMITS)],
        jobs(CALLERS - 1, () => characters.setSubject(cast.tenantId, cast.characterId, ROBOT)),
      );
      return isOneThing();
    },
    holds: true,
    broken: false,
  },
  {
    promise: 'no run begins while what a character is changes',
    locks: ['set_subject: characters for no key update'],
    gate: { table: 'characters', before: 'update', each: 'statement' },
    async run(arena) {
      const { identities, characters, isOneThing, ...cast } = await newCharacter(arena);
      await arena.race(
        [() => characters.setSubject(cast.tenantId, cast.characterId, ROBOT)],
        jobs(CALLERS - 1, () => identities.open(start(cast), NO_LIMITS)),
      );
      return isOneThing();
    },
    holds: true,
    broken: false,
  },
  {
    promise: 'an identity is published or closed, and never half of each',
    locks: ['publish_identity: identities for no key update'],
    gate: { table: 'versions', before: 'insert', each: 'statement' },
    async run({ client, race }) {
      const cast = await newCast(client);
      const { tenantId, identityId } = cast;
      const { identities } = createTables(client);
      await identities.saveLora(tenantId, identityId, lora(cast));
      await race(
        [() => identities.publish(publication(cast))],
        jobs(CALLERS - 1, () => identities.close(tenantId, identityId, 'cancelled', 'by a person')),
      );
      const row = await identities.find(tenantId, identityId);
      return { published: row?.version !== undefined, closed: row?.closeReason !== undefined };
    },
    holds: { published: true, closed: false },
    broken: { published: true, closed: true },
  },
  {
    promise: 'identities of a character that are published at once are as many versions, and the newest is current',
    locks: ['publish_identity: characters for no key update'],
    gate: { table: 'versions', before: 'insert', each: 'statement' },
    async run({ client, race }) {
      const { characterId, tenantId, published, versions } = await newVersions(client, CALLERS);
      const outcome = await race(published);
      const rows = await versions.list(tenantId, characterId);
      return { states: rows.map(({ version, state }) => `${version} ${state}`), refused: refusals(outcome) };
    },
    holds: {
      states: [`${CALLERS} current`, ...Array.from({ length: CALLERS - 1 }, (_, n) => `${CALLERS - 1 - n} available`)],
      refused: {},
    },
    broken: { states: ['1 current'], refused: { Internal: CALLERS - 1 } },
  },
  {
    promise: 'whatever is made current at once, one version is, and nobody is refused',
    locks: ['set_version_state: characters for no key update'],
    gate: { table: 'versions', before: 'update', each: 'statement' },
    async run({ client, race }) {
      const { characterId, tenantId, published, versions } = await newVersions(client, 3);
      for (const publish of published) await publish();
      const change = { state: 'current', by: 'key:k1', reason: undefined } as const;
      const outcome = await race(
        jobs(CALLERS, (n) => versions.setState(tenantId, characterId, n % 2 === 0 ? 1 : 2, change)),
      );
      const states = (await versions.list(tenantId, characterId)).map(({ state }) => state);
      return { states: states.sort(), refused: refusals(outcome) };
    },
    holds: { states: ['available', 'available', 'current'], refused: {} },
    broken: { states: ['available', 'available', 'current'], refused: { Internal: HALF } },
  },
  {
    promise: 'a test image that is made twice is one row',
    locks: ['save_picture: pictures on conflict (set_id, type)', 'pictures: unique (set_id, type)'],
    gate: { table: 'pictures', before: 'insert', each: 'row' },
    async run({ client, race }) {
      const cast = await newCast(client);
      const { testImages } = createTables(client);
      const saved = await race(jobs(CALLERS, () => testImages.save(image(cast, 'portrait'))));
      return [(await testImages.list(cast.tenantId, cast.identityId)).length, values(saved).length];
    },
    holds: [1, CALLERS],
    broken: expect.not.objectContaining([1, CALLERS]),
  },
  {
    promise: 'the pictures of a set that are saved at once are of one set',
    locks: [
      'save_picture: picture_sets on conflict (tenant_id, identity_id, kind, number, strength)',
      'picture_sets: unique (tenant_id, identity_id, kind, number, strength)',
    ],
    gate: { table: 'picture_sets', before: 'insert', each: 'row' },
    async run({ client, race }) {
      const cast = await newCast(client);
      const { testImages } = createTables(client);
      const saved = await race(TEST_TYPES.map((type) => () => testImages.save(image(cast, type))));
      const sets = await client.from('picture_sets').select('id').eq('identity_id', cast.identityId);
      return [sets.data?.length, values(saved).length];
    },
    holds: [1, TEST_TYPES.length],
    broken: expect.not.objectContaining([1, TEST_TYPES.length]),
  },
  {
    promise: 'a set that is begun while its run ends has ended too',
    locks: ['save_picture: identities for share'],
    gate: { table: 'picture_sets', before: 'insert', each: 'row' },
    async run({ client, race }) {
      const cast = await newCast(client);
      const { identities, testImages } = createTables(client);
      const ended = await race(
        TEST_TYPES.map((type) => () => testImages.save(image(cast, type))),
        [() => identities.close(cast.tenantId, cast.identityId, 'cancelled', 'by a person')],
      );
      const { data } = await client.from('picture_sets').select('state').eq('identity_id', cast.identityId);
      return { states: data?.map(({ state }) => state), refused: refusals(ended) };
    },
    holds: { states: ['cancelled'], refused: {} },
    broken: { states: ['running'], refused: {} },
  },
  {
    promise: 'the scores of a set and the end of its run do not wait for each other',
    locks: [],
    gate: { table: 'picture_sets', before: 'update', each: 'row' },
    async run({ client, race }) {
      const cast = await newCast(client);
      const { tenantId, identityId } = cast;
      const { identities, testImages } = createTables(client);
      const { imageId, set } = image(cast, 'portrait');
      await testImages.save({ ...image(cast, 'portrait'), imageId });
      const ended = await race(
        [() => testImages.saveScores(tenantId, identityId, set, [scored('portrait', imageId)], summary)],
        [() => identities.close(tenantId, identityId, 'cancelled', 'by a person')],
      );
      const { data } = await client.from('picture_sets').select('state').eq('identity_id', identityId);
      return { states: data?.map(({ state }) => state), refused: refusals(ended) };
    },
    holds: { states: ['done'], refused: {} },
    broken: undefined,
  },
  {
    promise: 'whoever asks for a test of an identity is answered the one that runs',
    locks: ['open_retest: identities for no key update'],
    gate: { table: 'picture_sets', before: 'insert', each: 'statement' },
    async run({ client, race }) {
      const cast = await newCast(client);
      const { tenantId, identityId } = cast;
      const { identities, retests } = createTables(client);
      await identities.saveLora(tenantId, identityId, lora(cast));
      await identities.publish(publication(cast));
      const opened = await race(jobs(CALLERS, () => retests.open(tenantId, identityId, randomUUID(), ['portrait'])));
      return { tests: (await retests.list(tenantId, identityId, 100)).length, refused: refusals(opened) };
    },
    holds: { tests: 1, refused: {} },
    broken: { tests: 1, refused: { Internal: CALLERS - 1 } },
  },
];
