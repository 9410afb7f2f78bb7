// Batches and stills in the database.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import { createTables } from '../../adapters/supabase/tables.ts';
import { stillSubject } from '../../domain/provider-call.ts';
import { describeStills, memberOf } from '../contract/stills.ts';
import { lora, newCast, newTenant, publication } from '../support/cast.ts';
import { GENERATOR } from '../support/models.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';

let supabase: TestSupabase;
let client: Supabase;
beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
});
afterAll(() => supabase?.stop());

describeStills(async () => {
  const tables = createTables(client);
  const ledger = createLedger(client, { defaultCapMicros: 1_000_000_000, identityCapMicros: 1_000_000_000 });
  return {
    stills: tables.stills,
    newTenant: () => newTenant(client),
    async newMember() {
      const cast = await newCast(client);
      await tables.identities.saveLora(cast.tenantId, cast.identityId, lora(cast));
      await tables.identities.publish(publication(cast));
      return { tenantId: cast.tenantId, member: memberOf(cast.characterId, cast.identityId, lora(cast).sha256) };
    },
    async charge(tenantId, stillId, amount) {
      const key = randomUUID();
      const { id: profile, endpoint } = GENERATOR;
      const asked = { key, tenantId, subject: stillSubject(stillId), profile, endpoint, workflowId: key, estimate: 0 };
      const { call } = await ledger.open(asked);
      await ledger.submitted(call, key);
      await ledger.settled({ ...call, state: 'submitted', requestId: key }, amount, {});
    },
    async setVersion(tenantId, { characterId, version }, state) {
      if (state === 'available') throw new Error('A version becomes available when another one becomes current.');
      const change = { state, by: 'key:k1', reason: undefined };
      await tables.versions.setState(tenantId, characterId, version, change);
    },
  };
});
