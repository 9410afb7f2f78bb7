// The content checker against a real database: who changed it stays on record, and the ledger has what was sent.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBooks } from '../../adapters/supabase/books.ts';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import { createTables } from '../../adapters/supabase/tables.ts';
import { createTenantSettings } from '../../adapters/supabase/tenant-settings.ts';
import { newCast } from '../support/cast.ts';
import { GENERATOR } from '../support/models.ts';
import { identityCall } from '../support/new-call.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';

const CAPS = { defaultCapMicros: 10_000_000, identityCapMicros: 10_000_000 };

let supabase: TestSupabase;
let client: Supabase;

beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
});
afterAll(() => supabase?.stop());

test('is on until it is turned off, a repeat is no change, and another tenant is not touched', async () => {
  const settings = createTenantSettings(client);
  const tables = createTables(client);
  const [mine, theirs] = [await newCast(client), await newCast(client)];
  expect(await tables.tenantSettings.safetyChecker(mine.tenantId)).toBe(true);
  for (const on of [false, false, true]) {
    await settings.setSafetyChecker(mine.tenantId, { on, by: 'key:k1', reason: on ? undefined : 'reviewed' });
  }
  const { safetyChecker, changes } = await settings.read(mine.tenantId);
  expect(safetyChecker).toBe(true);
  expect(changes.map(({ safetyChecker: on, by, reason }) => [on, by, reason])).toEqual([
    [true, 'key:k1', undefined],
    [false, 'key:k1', 'reviewed'],
  ]);
  await settings.setSafetyChecker(mine.tenantId, { on: false, by: 'user:u1', reason: undefined });
  expect(await tables.tenantSettings.safetyChecker(mine.tenantId)).toBe(false);
  expect(await settings.read(theirs.tenantId)).toEqual({ safetyChecker: true, changes: [] });
});

test('the value that a request was sent with, and what a refusal named, stand in the ledger', async () => {
  const ledger = createLedger(client, CAPS);
  const cast = await newCast(client);
  const { tenantId } = cast;
  const key = `${cast.identityId}/round/1/80/portrait`;
  const { id: profile, endpoint } = GENERATOR;
  const { call } = await ledger.open(identityCall(cast, { key, profile, endpoint, estimate: 35_000 }));
  await ledger.posting(call, { prompt: 'x', enable_safety_checker: false });
  const { items } = await createBooks(client, CAPS).entries(tenantId, {}, { limit: 10 });
  expect(items).toMatchObject([{ key, safetyChecker: false }]);
  await ledger.submitted(call, 'request-1');
  const problems = [{ type: 'content_policy_violation', field: 'body.prompt', categories: ['sexual'] }];
  await ledger.failed(call, 0, 'content_policy_violation (sexual; body.prompt)', problems);
  expect(await ledger.find(key)).toMatchObject({ state: 'failed', result: { problems } });
});
