// The rows of runs on a real Postgres, with forty callers at once: numbers without a gap, and no deadlock.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTables, type Tables } from '../../adapters/supabase/tables.ts';
import { type Cast, lora, newCast, newIdentity, publication } from '../support/cast.ts';
import { atOnce, CONNECTIONS, type Hammer, refusals, startHammer, values } from '../support/hammer.ts';
import { noPostgresHere } from '../support/postgres/binaries.ts';

describe.skipIf(noPostgresHere)('forty callers at once', () => {
  let hammer: Hammer;
  let tables: Tables;
  beforeAll(async () => {
    hammer = await startHammer();
    tables = createTables(hammer.client);
  });
  afterAll(() => hammer?.database.stop());

  const siblings = async (cast: Cast, count: number): Promise<Cast[]> => {
    const ids = values(await atOnce(count, () => newIdentity(hammer.client, cast)));
    return ids.map((identityId) => ({ ...cast, identityId }));
  };

  test('published twice each, the identities of a character get the numbers 1 to 20', async () => {
    for (let round = 0; round < 3; round++) {
      const cast = await newCast(hammer.client);
      const identities = await siblings(cast, CONNECTIONS / 2);
      await atOnce(identities.length, (n) =>
        tables.identities.saveLora(cast.tenantId, (identities[n] as Cast).identityId, lora(cast)),
      );
      const published = await atOnce(CONNECTIONS, (n) =>
        tables.identities.publish(publication(identities[n >> 1] as Cast)),
      );
      expect(refusals(published)).toEqual({});
      const versions = values(published).map(({ version }) => version);
      expect(versions.filter((_, n) => n % 2 === 0)).toEqual(versions.filter((_, n) => n % 2 === 1));
      const numbers = [...new Set(versions)].sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: CONNECTIONS / 2 }, (_, n) => n + 1));
      const character = await tables.characters.find(cast.tenantId, cast.characterId);
      expect(character?.ready?.version).toBe(CONNECTIONS / 2);
      const states = (await tables.versions.list(cast.tenantId, cast.characterId)).map(({ state }) => state);
      expect(states).toEqual(['current', ...Array(CONNECTIONS / 2 - 1).fill('available')]);
    }
  });

  test('of forty changes of the current version at once, beside publications, one is current in the end', async () => {
    const cast = await newCast(hammer.client);
    const { tenantId, characterId } = cast;
    const identities = await siblings(cast, CONNECTIONS / 2);
    await atOnce(identities.length, (n) =>
      tables.identities.saveLora(tenantId, (identities[n] as Cast).identityId, lora(cast)),
    );
    const publish = (n: number) => tables.identities.publish(publication(identities[n] as Cast));
    const older = CONNECTIONS / 4;
    for (let n = 0; n < older; n++) await publish(n);
    const changed = await atOnce<unknown>(CONNECTIONS, (n) =>
      n % 4 === 0
        ? publish(older + n / 4)
        : tables.versions.setState(tenantId, characterId, (n % older) + 1, {
            state: n % 7 === 0 ? 'retired' : 'current',
            by: 'key:k1',
            reason: undefined,
          }),
    );
    expect(refusals(changed)).toEqual({});
    const versions = await tables.versions.list(tenantId, characterId);
    expect(versions.map(({ version }) => version)).toEqual(Array.from({ length: 2 * older }, (_, n) => 2 * older - n));
    const current = versions.filter(({ state }) => state === 'current').map(({ version }) => version);
    expect(current.length).toBeLessThanOrEqual(1);
    expect((await tables.characters.find(tenantId, characterId))?.ready?.version).toBe(current[0]);
  });

  test('one test on request is opened, and whoever asks meanwhile gets that one', async () => {
    const cast = await newCast(hammer.client);
    await tables.identities.saveLora(cast.tenantId, cast.identityId, lora(cast));
    await tables.identities.publish(publication(cast));
    for (const number of [1, 2]) {
      const opened = await atOnce(CONNECTIONS, () =>
        tables.retests.open(cast.tenantId, cast.identityId, randomUUID(), ['portrait']),
      );
      expect(refusals(opened)).toEqual({});
      expect(new Set(values(opened).map(({ retest }) => `${retest.id} ${retest.number}`)).size).toBe(1);
      expect(values(opened)[0]?.retest.number).toBe(number);
      await tables.retests.close(cast.tenantId, cast.identityId, number, { state: 'done', failedImages: [] });
    }
  });

  test('and the server has seen no deadlock', async () => {
    expect(await hammer.database.postgres.deadlocks()).toBe(0);
  });
});
