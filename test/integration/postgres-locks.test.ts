// Every lock in the migrations, and the promise that is broken without it: each race is run on a database of its own with
// all locks, and on one for each of its locks that lacks this one alone.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNT_RACES } from '../locks/account.ts';
import { DELIVERY_RACES } from '../locks/deliveries.ts';
import { IDENTITY_RACES } from '../locks/identities.ts';
import { LEDGER_RACES } from '../locks/ledger.ts';
import type { Race } from '../locks/race.ts';
import { STILL_RACES } from '../locks/stills.ts';
import { TENANT_RACES } from '../locks/tenants.ts';
import { openArena } from '../support/postgres/arena.ts';
import { noPostgresHere } from '../support/postgres/binaries.ts';
import { type Lock, locksIn, migrationTexts, without } from '../support/postgres/locks.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres/server.ts';

const RACES = [
  ...TENANT_RACES,
  ...IDENTITY_RACES,
  ...STILL_RACES,
  ...LEDGER_RACES,
  ...DELIVERY_RACES,
  ...ACCOUNT_RACES,
];

/** What no two callers can meet at, or another lock keeps already, and why. */
const NO_RACE: Readonly<Record<string, string>> = {
  'api_keys: hash unique': 'of 32 random bytes: an index to find a key by',
  'provider_calls: token unique': 'of 32 random bytes: an index to find a call by',
  'migration: storage.buckets on conflict (id)': 'a project may have buckets of these names before the migrations run',
  'open_provider_call: provider_calls for update': 'the lock on the tenant: only an opening changes a refused call',
  'open_provider_call: budgets for update': 'the lock on the tenant: what ends meanwhile only gives back',
  'versions: identity_id unique': 'the lock on the character, under which an identity is published',
  'migration: versions unique index versions_current': 'the lock on the character, for each change of a state',
  'stills: unique (batch_id, number)':
    'the lock on the tenant, under which a batch is written once, with all its stills',
  'migration: picture_sets unique index picture_sets_test': 'the lock on the identity',
};

const migrations = await migrationTexts();
const locks = locksIn(migrations);

describe('the locks of the migrations', () => {
  test('are each taken out in a race, but for those that nobody can meet at', () => {
    const known = [...RACES.flatMap((race) => race.locks), ...Object.keys(NO_RACE)];
    expect(known.sort()).toEqual(locks.map(({ id }) => id).sort());
  });
});

describe.skipIf(noPostgresHere)(`twenty callers at once${noPostgresHere ? ` (${noPostgresHere})` : ''}`, () => {
  let postgres: TestPostgres;
  let arenas = 0;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres?.stop());

  async function seenIn(race: Race, texts: readonly string[]): Promise<unknown> {
    arenas += 1;
    const arena = await openArena(postgres, `arena_${arenas}`, texts, race);
    try {
      return await race.run(arena);
    } finally {
      await arena.stop();
    }
  }

  describe.each(RACES)('$promise', (race) => {
    test('with every lock', async () => {
      expect(await seenIn(race, migrations)).toEqual(race.holds);
    });
    test.each(race.locks)('and not without %s', async (id) => {
      const lock = locks.find((one) => one.id === id) as Lock;
      const seen = await seenIn(race, without(lock, migrations));
      expect(seen).not.toEqual(race.holds);
      expect(seen).toEqual(race.broken);
    });
  });
});
