// Versions in the database: which changes of a state count, and what the character answers after each.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createTables, type Tables } from '../../adapters/supabase/tables.ts';
import type { VersionChange } from '../../domain/version.ts';
import { describeVersions } from '../contract/versions.ts';
import { lora, newCast, newIdentity, newTenant, publication } from '../support/cast.ts';
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
async function newCharacter(count: number) {
  const cast = await newCast(client);
  const identityIds: string[] = [];
  for (let n = 0; n < count; n++) {
    const one = { ...cast, identityId: await newIdentity(client, cast) };
    await tables.identities.saveLora(one.tenantId, one.identityId, lora(one));
    await tables.identities.publish(publication(one));
    identityIds.push(one.identityId);
  }
  const { tenantId, characterId } = cast;
  return { tenantId, characterId, identityIds };
}

describeVersions(async () => ({ ...tables, newCharacter, newTenant: () => newTenant(client) }));

describe('versions', () => {
  test('the character answers the current one, whichever it is, and none where none is', async () => {
    const { tenantId, characterId, identityIds } = await newCharacter(2);
    const set = (version: number, state: VersionChange) =>
      tables.versions.setState(tenantId, characterId, version, { state, by: 'key:k1', reason: undefined });
    const ready = async () => (await tables.characters.find(tenantId, characterId))?.ready;
    expect((await ready())?.version).toBe(2);
    await set(1, 'current');
    expect(await ready()).toMatchObject({ version: 1, identityId: identityIds[0], referenceStrength: 70 });
    await set(1, 'retired');
    expect(await ready()).toBeUndefined();
    await Promise.all(Array.from({ length: 20 }, (_, i) => set((i % 2) + 1, 'current')));
    const [current] = (await tables.versions.list(tenantId, characterId)).filter(({ state }) => state === 'current');
    expect((await ready())?.version).toBe(current?.version);
  });

  test('a publication says of the one before it by whom and why it is not current any more', async () => {
    const { tenantId, characterId } = await newCharacter(2);
    const [, first] = await tables.versions.list(tenantId, characterId);
    expect(first).toMatchObject({
      state: 'available',
      stateChangedBy: 'key-1',
      stateReason: 'Version 2 became current.',
    });
  });

  test('an identity that is open has no approved LoRA', async () => {
    const { tenantId, characterId } = await newCharacter(1);
    const open = await newIdentity(client, { tenantId, characterId, photoIds: [] });
    expect(await tables.identities.approvedLora(tenantId, open)).toBeUndefined();
  });

  test('go with their character', async () => {
    const { tenantId, characterId } = await newCharacter(2);
    expect((await client.from('characters').delete().eq('id', characterId)).error).toBeNull();
    expect(await tables.versions.list(tenantId, characterId)).toEqual([]);
  });
});
