// The tests of the rows again, on a real Postgres with ten connections: the embedded database answers one request at a
// time, so that "exactly one of twenty callers" cannot fail there.

import { afterAll, beforeAll, describe } from 'vitest';
import { noPostgresHere } from '../support/postgres/binaries.ts';
import { startTestDatabase, type TestDatabase } from '../support/rest/test-database.ts';
import { shareSupabase } from '../support/supabase.ts';

const FILES = ['ledger', 'budgets', 'registry', 'retests', 'identity-store', 'overview'];

describe.skipIf(noPostgresHere)(`on a real Postgres${noPostgresHere ? ` (skipped: ${noPostgresHere})` : ''}`, () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await startTestDatabase();
    shareSupabase(database);
  });
  afterAll(() => database?.stop());

  describe.each(FILES)('supabase-%s', async (name) => {
    await import(`./supabase-${name}.test.ts`);
  });
});
