// Versions in the database: which changes of a state count, and what the character answers after each.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createTables, type Tables } from '../../adapters/supabase/tables.ts';
import type { VersionChange } from '../../domain/version.ts';
import { type Cast, lora, newCast, newIdentity, newTenant, publication } from '../support/cast.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';

let supabase: TestSupabase;
let client: Supabase;
let tables: Tables;
beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
  tables = createTables(client);
});
afterAll(() => supabase?.stop());

/** A character with that many versions; the newest is current. */
async function castOf(count: number) {
  const cast = await newCast(client);
  const published: Cast[] = [];
  for (let n = 0; n < count; n++) {
    const one = { ...cast, identityId: await newIdentity(client, cast) };
    await tables.identities.saveLora(one.tenantId, one.identityId, lora(one));
    await tables.identities.publish(publication(one));
    published.push(one);
  }
  const { tenantId, characterId } = cast;
  return {
    tenantId,
    characterId,
    published,
    set: (version: number, state: VersionChange, reason?: string) =>
      tables.versions.setState(tenantId, characterId, version, { state, by: 'key:k1', reason }),
    states: async () => (await tables.versions.list(tenantId, characterId)).map(({ state }) => state).reverse(),
    ready: async () => (await tables.characters.find(tenantId, characterId))?.ready,
    approved: async (n: number) => tables.identities.approvedLora(tenantId, published[n - 1]?.identityId ?? ''),
  };
}

describe('versions', () => {
  test('the newest is current; another one is made so, and the character answers it', async () => {
    const { set, states, ready, published } = await castOf(3);
    expect(await states()).toEqual(['available', 'available', 'current']);
    expect(await set(1, 'current')).toBe('done');
    expect(await states()).toEqual(['current', 'available', 'available']);
    const [first] = published;
    expect(await ready()).toMatchObject({ version: 1, identityId: first?.identityId, referenceStrength: 70 });
  });

  test('without a current one the character has none, until one is made current or published', async () => {
    const { set, states, ready } = await castOf(2);
    expect(await set(2, 'retired')).toBe('done');
    expect([await states(), await ready()]).toEqual([['available', 'retired'], undefined]);
    expect(await set(2, 'current')).toBe('done');
    expect((await ready())?.version).toBe(2);
    expect(await set(2, 'revoked')).toBe('done');
    expect(await ready()).toBeUndefined();
    expect(await set(1, 'current')).toBe('done');
    expect((await ready())?.version).toBe(1);
  });

  test('a revoked one stays revoked; one that is not there is told', async () => {
    const { set, states } = await castOf(2);
    await set(1, 'revoked', 'The contract ended.');
    expect(await set(1, 'current')).toBe('version_revoked');
    expect(await set(1, 'retired')).toBe('version_revoked');
    expect(await set(3, 'current')).toBe('version_not_found');
    expect(await states()).toEqual(['revoked', 'current']);
  });

  test('twenty changes at once leave one current version at most, and each is answered', async () => {
    const { set, states, ready } = await castOf(4);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => set((i % 4) + 1, 'current')));
    expect(answers).toEqual(answers.map(() => 'done'));
    expect((await states()).filter((state) => state === 'current')).toHaveLength(1);
    expect((await states())[((await ready())?.version ?? 0) - 1]).toBe('current');
  });

  test('the same change again keeps who made it, when and why', async () => {
    const { set, tenantId, characterId } = await castOf(1);
    await set(1, 'revoked', 'The contract ended.');
    const before = await tables.versions.list(tenantId, characterId);
    expect(before).toMatchObject([{ stateChangedBy: 'key:k1', stateReason: 'The contract ended.' }]);
    expect(await set(1, 'revoked', 'Once more.')).toBe('done');
    expect(await tables.versions.list(tenantId, characterId)).toEqual(before);
  });

  test('a publication says of the one before it by whom and why it is not current any more', async () => {
    const { tenantId, characterId } = await castOf(2);
    const [, first] = await tables.versions.list(tenantId, characterId);
    expect(first).toMatchObject({
      state: 'available',
      stateChangedBy: 'key-1',
      stateReason: 'Version 2 became current.',
    });
  });

  test('the approved LoRA comes with the state that says whether it may be used', async () => {
    const { set, approved, tenantId, characterId, published } = await castOf(2);
    expect(await approved(1)).toMatchObject({ version: 1, state: 'available', lora: { training: 1 } });
    await set(2, 'retired');
    expect(await approved(2)).toMatchObject({ version: 2, state: 'retired' });
    const [one] = published;
    expect(await tables.identities.find(tenantId, one?.identityId ?? '')).toMatchObject({ versionState: 'available' });
    const open = await newIdentity(client, { tenantId, characterId, photoIds: [] });
    expect(await tables.identities.approvedLora(tenantId, open)).toBeUndefined();
  });

  test('of another tenant are not there, and are not changed', async () => {
    const { characterId, states } = await castOf(1);
    const other = await newTenant(client);
    const change = { state: 'revoked', by: 'key:k2', reason: undefined } as const;
    expect(await tables.versions.list(other, characterId)).toEqual([]);
    expect(await tables.versions.setState(other, characterId, 1, change)).toBeUndefined();
    expect(await tables.versions.setState(other, randomUUID(), 1, change)).toBeUndefined();
    expect(await states()).toEqual(['current']);
  });

  test('go with their character', async () => {
    const { tenantId, characterId } = await castOf(2);
    expect((await client.from('characters').delete().eq('id', characterId)).error).toBeNull();
    expect(await tables.versions.list(tenantId, characterId)).toEqual([]);
  });
});
