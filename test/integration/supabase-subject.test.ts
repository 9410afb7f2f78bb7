// What characters are and identities were begun as, in the real database: fixed by the start, and nothing but plain words.

import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createTables, type Tables } from '../../adapters/supabase/tables.ts';
import { HUMAN_NOUNS, SUBJECT_KINDS } from '../../domain/subject.ts';
import { type Cast, lora, NO_LIMITS, newCast, newTenant, publication, sha } from '../support/cast.ts';
import { PAIR } from '../support/models.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';

const PERSON = { kind: 'human', noun: 'person' } as const;
const WOMAN = { kind: 'human', noun: 'woman' } as const;
const MAN = { kind: 'human', noun: 'man' } as const;

let supabase: TestSupabase;
let client: Supabase;
let tables: Tables;

beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
  tables = createTables(client);
});
afterAll(() => supabase?.stop());

const open = async ({ tenantId, characterId }: Pick<Cast, 'tenantId' | 'characterId'>, id: string = randomUUID()) => {
  const start = {
    id,
    tenantId,
    characterId,
    requestHash: sha('c'),
    referenceStrength: 80,
    ...PAIR,
    trainingSteps: 1000,
  };
  return (await tables.identities.open(start, NO_LIMITS))?.identity;
};

describe('a character', () => {
  test('is what it was added as, a person when nothing else is said, and is read so', async () => {
    const tenantId = await newTenant(client);
    const nobody = await tables.characters.create(tenantId, 'Ada');
    expect(nobody.subject).toEqual(PERSON);
    expect(await tables.characters.find(tenantId, nobody.id)).toEqual(nobody);
    for (const noun of HUMAN_NOUNS) {
      const added = await tables.characters.create(tenantId, 'Ada', { kind: 'human', noun });
      expect(added.subject).toEqual({ kind: 'human', noun });
      expect(await tables.characters.find(tenantId, added.id)).toEqual(added);
    }
    const { items } = await tables.characters.list(tenantId, { limit: 10 });
    expect(items.map(({ subject }) => subject.noun).reverse()).toEqual(['person', ...HUMAN_NOUNS]);
  });

  test('can be any of the kinds that there are, and nothing that could write into a prompt', async () => {
    const { tenantId, characterId } = await newCast(client);
    const subject = (kind: string, noun: string) =>
      (client as SupabaseClient)
        .from('characters')
        .update({ subject_kind: kind, subject_noun: noun })
        .eq('id', characterId);
    for (const kind of SUBJECT_KINDS) expect((await subject(kind, 'robot dog')).error).toBeNull();
    const before = await tables.characters.find(tenantId, characterId);
    for (const [kind, noun] of [
      ['ghost', 'person'],
      ['human', ''],
      ['human', 'Woman'],
      ['human', 'woman, nude'],
      ['human', 'woman\nnude'],
      ['human', '<lora>'],
      ['human', 'a b c d'],
      ['human', 'x'.repeat(41)],
    ] as const) {
      expect((await subject(kind, noun)).error?.code, noun).toBe('23514');
    }
    expect(await tables.characters.find(tenantId, characterId)).toEqual(before);
  });

  test('is changed while no identity of it is open that was begun as something else', async () => {
    const tenantId = await newTenant(client);
    const { id: characterId } = await tables.characters.create(tenantId, 'Ada', WOMAN);
    expect(await tables.characters.setSubject(tenantId, characterId, MAN)).toBe(true);
    expect(await tables.characters.setSubject(tenantId, characterId, WOMAN)).toBe(true);
    const identity = await open({ tenantId, characterId });
    expect(await tables.characters.setSubject(tenantId, characterId, MAN)).toBe(false);
    expect(await tables.characters.setSubject(tenantId, characterId, WOMAN)).toBe(true);
    expect((await tables.characters.find(tenantId, characterId))?.subject).toEqual(WOMAN);
    await tables.identities.close(tenantId, identity?.id ?? '', 'cancelled', 'by a person');
    expect(await tables.characters.setSubject(tenantId, characterId, MAN)).toBe(true);
    expect((await tables.characters.find(tenantId, characterId))?.subject).toEqual(MAN);
  });

  test('of another tenant, and one that is not there, is not changed', async () => {
    const tenantId = await newTenant(client);
    const { id } = await tables.characters.create(tenantId, 'Ada', WOMAN);
    expect(await tables.characters.setSubject(await newTenant(client), id, MAN)).toBeUndefined();
    expect(await tables.characters.setSubject(tenantId, randomUUID(), MAN)).toBeUndefined();
    expect((await tables.characters.find(tenantId, id))?.subject).toEqual(WOMAN);
  });
});

describe('an identity', () => {
  const publish = async (cast: Cast, testSuite: 'suite-1' | 'suite-2') => {
    await tables.identities.saveLora(cast.tenantId, cast.identityId, lora(cast));
    await tables.identities.publish({ ...publication(cast), testSuite });
  };
  const shownAs = async ({ tenantId, characterId, identityId }: Cast) => ({
    identity: (await tables.identities.find(tenantId, identityId))?.subject,
    listed: (await tables.identities.list(tenantId, { characterId }, { limit: 1 })).items[0]?.subject,
    ready: (await tables.characters.find(tenantId, characterId))?.ready?.subject,
  });

  test('keeps what its character was at the start, ready or not, and the next one gets what it is by then', async () => {
    const tenantId = await newTenant(client);
    const { id: characterId } = await tables.characters.create(tenantId, 'Ada', WOMAN);
    const first = await open({ tenantId, characterId });
    expect(first?.subject).toEqual(WOMAN);
    const cast = { tenantId, characterId, photoIds: [], identityId: first?.id ?? '' };
    await publish(cast, 'suite-2');
    expect(await tables.characters.setSubject(tenantId, characterId, MAN)).toBe(true);
    expect(await shownAs(cast)).toEqual({ identity: WOMAN, listed: WOMAN, ready: WOMAN });
    // The same start again is the same identity, and not one that begins with the new noun.
    expect((await open(cast, cast.identityId))?.subject).toEqual(WOMAN);
    expect((await open(cast))?.subject).toEqual(MAN);
  });

  test('of old has none, and stays so when it is published', async () => {
    const cast = await newCast(client);
    expect(await tables.identities.find(cast.tenantId, cast.identityId)).toMatchObject({ subject: undefined });
    await publish(cast, 'suite-1');
    expect(await shownAs(cast)).toEqual({ identity: undefined, listed: undefined, ready: undefined });
  });

  test('that was tested by suite-1 was trained without a noun, whatever was written at its start', async () => {
    const tenantId = await newTenant(client);
    const { id: characterId } = await tables.characters.create(tenantId, 'Ada', WOMAN);
    const cast = { tenantId, characterId, photoIds: [], identityId: (await open({ tenantId, characterId }))?.id ?? '' };
    await publish(cast, 'suite-1');
    expect(await shownAs(cast)).toEqual({ identity: undefined, listed: undefined, ready: undefined });
  });
});
