import { afterAll } from 'vitest';
import { createBooks } from '../../adapters/supabase/books.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import { describeLedger } from '../contract/ledger.ts';
import { newCast } from '../support/cast.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';

let supabase: TestSupabase;
afterAll(() => supabase?.stop());

describeLedger(async (caps) => {
  supabase = await startTestSupabase();
  const client = databaseOf(supabase);
  const options = { defaultCapMicros: caps.month, identityCapMicros: caps.identity };
  return {
    ledger: createLedger(client, options),
    books: createBooks(client, options),
    newCast: () => newCast(client),
  };
});
