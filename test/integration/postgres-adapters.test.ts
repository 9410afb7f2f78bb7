// The tests of the rows again, on a real Postgres with twenty connections: the embedded database answers one request at a
// time, so that "exactly one of twenty callers" cannot fail there.

import { afterAll, beforeAll, describe } from 'vitest';
import { noPostgresHere } from '../support/postgres/binaries.ts';
import { startTestDatabase, type TestDatabase } from '../support/rest/test-database.ts';
import { shareSupabase } from '../support/supabase.ts';

const CONNECTIONS = 20;
const FILES = [
  'supabase-ledger',
  'supabase-budgets',
  'supabase-registry',
  'supabase-retests',
  'supabase-identity-store',
  'supabase-versions',
  'supabase-stills',
  'supabase-overview',
  'webhook-endpoints',
];

describe.skipIf(noPostgresHere)(`on a real Postgres${noPostgresHere ? ` (skipped: ${noPostgresHere})` : ''}`, () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await startTestDatabase({ connections: CONNECTIONS });
    shareSupabase(database);
  });
  afterAll(() => database?.stop());

  describe.each(FILES)('%s', async (name) => {
    await import(`./${name}.test.ts`);
  });
});
