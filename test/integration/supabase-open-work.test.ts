// What a sweep finds in the database: open rows alone, each once, and open requests that no open run or test is left of.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import { createOpenWork } from '../../adapters/supabase/open-work.ts';
import { createOverview } from '../../adapters/supabase/overview.ts';
import { createRetests } from '../../adapters/supabase/retests.ts';
import { createTables, type Tables } from '../../adapters/supabase/tables.ts';
import type { Ledger, NewCall } from '../../core/ports/ledger.ts';
import type { OpenWork } from '../../core/ports/open-work.ts';
import {
  identityWorkflowId,
  pictureCallKey,
  proxyCallKey,
  proxyWorkflowId,
  retestWorkflowId,
  trainingCallKey,
} from '../../domain/keys.ts';
import { appSubject } from '../../domain/provider-call.ts';
import { lora, newCast, newTenant, publication } from '../support/cast.ts';
import { GENERATOR } from '../support/models.ts';
import { identityCall } from '../support/new-call.ts';
import { retestSet } from '../support/sets.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';

let supabase: TestSupabase;
let client: Supabase;
let tables: Tables;
let ledger: Ledger;
let openWork: OpenWork;

beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
  tables = createTables(client);
  ledger = createLedger(client, { defaultCapMicros: 1_000_000_000, identityCapMicros: 1_000_000_000 });
  openWork = createOpenWork(client);
});
afterAll(() => supabase?.stop());

const opened = async (call: NewCall) => (await ledger.open(call)).call;

const callKeys = async () => (await openWork.calls(undefined, 100)).map(({ key }) => key).sort();

test('open runs are found in pages, each once, and closed ones are not', async () => {
  const casts = await Promise.all([1, 2, 3].map(() => newCast(client)));
  const closed = await newCast(client);
  await tables.identities.close(closed.tenantId, closed.identityId, 'failed', 'because');
  const seen: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await openWork.identities(after, 2);
    seen.push(...page.map(({ id }) => id));
    after = page.at(-1)?.id;
    if (page.length < 2) break;
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual(expect.arrayContaining(casts.map(({ identityId }) => identityId)));
  expect(seen).not.toContain(closed.identityId);
  expect(await openWork.endOf(closed.tenantId, closed.identityId)).toEqual({ stage: 'failed', reason: 'because' });
  // A second end changes nothing, whoever writes it.
  await tables.identities.close(closed.tenantId, closed.identityId, 'cancelled', 'later');
  expect(await openWork.endOf(closed.tenantId, closed.identityId)).toMatchObject({ stage: 'failed' });
});

test('a request is nobody’s when its own run or test has ended, and not before', async () => {
  const { tenantId, identityId } = await newCast(client);
  const training = trainingCallKey(identityId, 1);
  await opened(identityCall({ tenantId, identityId }, { key: training }));
  expect(await callKeys()).not.toContain(training);
  await tables.identities.close(tenantId, identityId, 'failed', 'because');
  expect(await callKeys()).toContain(training);

  const cast = await newCast(client);
  await tables.identities.saveLora(cast.tenantId, cast.identityId, lora(cast));
  await tables.identities.publish(publication(cast));
  await createRetests(client).open(cast.tenantId, cast.identityId, randomUUID(), ['portrait']);
  const image = pictureCallKey(cast.identityId, retestSet(1, 70), 'portrait');
  const workflowId = retestWorkflowId(cast.identityId, 1);
  const call = await opened(identityCall(cast, { key: image, workflowId }));
  await tables.retests.saveState(cast.tenantId, cast.identityId, 1, 'needs_operator');
  expect((await openWork.retests(undefined, 10)).map((row) => row.identityId)).toEqual([cast.identityId]);
  expect(await callKeys()).not.toContain(image);
  await ledger.unknown(call, 'the answer was lost');
  expect(await createOverview(client)()).toMatchObject({ tests: { needs_operator: 1 }, unclearCalls: 0 });
  const end = { state: 'failed' as const, failedImages: [], reason: 'gone' };
  await tables.retests.close(cast.tenantId, cast.identityId, 1, end);
  await tables.retests.saveState(cast.tenantId, cast.identityId, 1, 'running');
  expect(await openWork.retests(undefined, 10)).toEqual([]);
  expect(await callKeys()).toContain(image);
  expect(await openWork.callsOf(workflowId)).toEqual([image]);
  expect(await openWork.callsOf(identityWorkflowId(cast.identityId))).toEqual([]);
  expect(await createOverview(client)()).toMatchObject({ tests: {}, unclearCalls: 1 });

  const proxied = proxyCallKey(tenantId, randomUUID());
  const tenant = await newTenant(client);
  const asked = { subject: appSubject(tenant), profile: GENERATOR.id, endpoint: GENERATOR.endpoint };
  const proxy = { key: proxied, tenantId: tenant, workflowId: proxyWorkflowId(proxied), estimate: 100 };
  await opened({ ...asked, ...proxy });
  expect(await openWork.calls(undefined, 100)).toContainEqual(
    expect.objectContaining({ key: proxied, subjectKind: 'app' }),
  );
});
