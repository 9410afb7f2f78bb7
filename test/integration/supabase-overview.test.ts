// What the metrics ask of a real database: all tenants' identities by stage, and this month's money.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import { createOverview } from '../../adapters/supabase/overview.ts';
import { newCast } from '../support/cast.ts';
import { identityCall } from '../support/new-call.ts';
import { databaseOf, isShared, startTestSupabase, type TestSupabase, testClient } from '../support/supabase.ts';

const CAPS = { defaultCapMicros: 10_000_000, identityCapMicros: 10_000_000 };

let supabase: TestSupabase;
let client: Supabase;
beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
});
afterAll(() => supabase?.stop());

test('an empty house is all zeros', async ({ skip }) => {
  skip(isShared(), 'others write into this database');
  expect(await createOverview(client)()).toEqual({ stages: {}, tests: {}, unclearCalls: 0, reserved: 0, charged: 0 });
});

test('all tenants together: identities by stage, this month’s reservations and charges', async () => {
  const ledger = createLedger(client, CAPS);
  const before = await createOverview(client)();
  const open = async (estimate: number) => {
    const cast = await newCast(client);
    const { call } = await ledger.open(identityCall(cast, { estimate }));
    return { call, identityId: cast.identityId };
  };
  const [first, second, old] = [await open(2_000_000), await open(3_000_000), await open(5_000_000)];
  await ledger.submitted(first.call, randomUUID());
  await ledger.settled(first.call, 1_500_000, {});
  await client.from('budgets').update({ month: '2026-01-01' }).eq('tenant_id', old.call.tenantId);
  await client.from('identities').update({ stage: 'awaiting_approval' }).eq('id', second.identityId);
  const after = await createOverview(client)();
  const { validating = 0, awaiting_approval: awaiting = 0, ...others } = before.stages;
  expect(after).toEqual({
    stages: { ...others, validating: validating + 2, awaiting_approval: awaiting + 1 },
    tests: before.tests,
    unclearCalls: before.unclearCalls,
    reserved: before.reserved + 3_000_000,
    charged: before.charged + 1_500_000,
  });
});

test('only our own processes may ask', async () => {
  const { error } = await testClient(supabase.url, supabase.publishableKey).rpc('operations_overview');
  expect(error).not.toBeNull();
});
