import { afterAll } from 'vitest';
import { createBooks } from '../../adapters/supabase/books.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import { describeBudgets } from '../contract/budgets.ts';
import { type Cast, newCast, newIdentity } from '../support/cast.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';

const JANUARY = '2026-01-01';

let supabase: TestSupabase;
afterAll(() => supabase?.stop());

describeBudgets<Cast>(async (caps) => {
  supabase = await startTestSupabase();
  const client = databaseOf(supabase);
  const options = { defaultCapMicros: caps.month, identityCapMicros: caps.identity };
  return {
    ledger: createLedger(client, options),
    books: createBooks(client, options),
    newCast: () => newCast(client),
    sibling: async (cast) => ({ ...cast, identityId: await newIdentity(client, cast) }),
    async moveToJanuary({ id, tenantId }) {
      await client.from('provider_calls').update({ month: JANUARY }).eq('id', id);
      await client.from('budgets').update({ month: JANUARY }).eq('tenant_id', tenantId);
    },
    async spentInJanuary(tenantId) {
      const query = client.from('budgets').select().eq('tenant_id', tenantId).eq('month', JANUARY);
      const { data } = await query.single();
      return { reserved: data?.reserved_micros ?? -1, charged: data?.charged_micros ?? -1 };
    },
  };
});
