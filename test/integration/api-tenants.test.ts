// Every route of the API over the real database: what belongs to another tenant does not exist. test/unit/api/tenants
// asks the same of the routes alone; here the queries have to hold it.

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBooks } from '../../adapters/supabase/books.ts';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createFileStore } from '../../adapters/supabase/file-store.ts';
import { createApiKey } from '../../adapters/supabase/keys.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import { createRetests } from '../../adapters/supabase/retests.ts';
import { createTables } from '../../adapters/supabase/tables.ts';
import { createWebhookEndpoints } from '../../adapters/supabase/webhook-endpoints.ts';
import { BUCKETS } from '../../domain/keys.ts';
import { SCOPES } from '../../domain/scopes.ts';
import { image, newCast, newTenant } from '../support/cast.ts';
import {
  idFilters,
  operations,
  type Resource,
  readDocument,
  requestTo,
  resourceOf,
  whole,
} from '../support/foreign-requests.ts';
import { identityCall } from '../support/new-call.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';
import { TENANT_TABLES } from '../support/tenant-tables.ts';
import { addDrawn, newWorld } from '../unit/api/world.ts';

const NOBODYS = '99999999-9999-4999-8999-999999999999';
const CAPS = { defaultCapMicros: 10_000_000, identityCapMicros: 10_000_000 };
const TABLES = [...TENANT_TABLES, 'tenants'] as const;

let supabase: TestSupabase;
let client: Supabase;
let world: ReturnType<typeof newWorld>;
let headers: Record<string, string>;
let theirs: Record<Resource, string>;

beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
  const tables = createTables(client);
  const files = createFileStore(client, { reachableByProvider: false });
  const endpoints = createWebhookEndpoints(client);
  world = newWorld({ ...tables, files, books: createBooks(client, CAPS), retests: createRetests(client), endpoints });

  const mine = await newTenant(client);
  const { key } = await createApiKey(client, { tenantId: mine, name: 'mine', scopes: SCOPES });
  headers = { authorization: `Bearer ${key}`, 'x-request-id': 'same', 'idempotency-key': 'same' };

  const cast = await newCast(client);
  const portrait = image(cast, 'portrait');
  await createTables(client).testImages.save(portrait);
  await createLedger(client, CAPS).open(identityCall(cast, { estimate: 7 }));
  const { data: photos } = await client.from('photos').select('id, object_key').eq('tenant_id', cast.tenantId);
  for (const photo of photos ?? []) {
    await files.put({ bucket: BUCKETS.references, key: photo.object_key }, Buffer.from('a photo'), 'image/jpeg');
  }
  const endpoint = await endpoints.create(cast.tenantId, 'https://theirs.example/hook', ['identity.ready']);
  const { data: delivery } = await supabase.client
    .from('webhook_deliveries')
    .insert({ tenant_id: cast.tenantId, endpoint_id: endpoint?.id, event: 'identity.ready', occasion: 'o', data: {} })
    .select('id')
    .single();
  theirs = {
    character: cast.characterId,
    photo: photos?.[0]?.id ?? '',
    identity: cast.identityId,
    image: portrait.imageId,
    ...(await addDrawn({ ...tables, files }, cast.tenantId)),
    webhookEndpoint: endpoint?.id ?? '',
    webhookDelivery: delivery?.id ?? '',
  };
});
afterAll(() => supabase?.stop());

async function everything(): Promise<string> {
  const rows = await Promise.all(TABLES.map(async (table) => (await client.from(table).select()).data));
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

test('every route answers for theirs as for nobody’s, and nothing of theirs changes', async () => {
  const document = await readDocument(world.app);
  const before = await everything();
  for (const operation of operations(document, 'withId')) {
    const ask = async (id: string) => whole(await world.app.request(...requestTo(document, operation, id, headers)));
    const foreign = await ask(theirs[resourceOf(operation.path)]);
    expect([operation, foreign.status, foreign.body]).toEqual([operation, 404, expect.stringContaining('not_found')]);
    expect([operation, foreign]).toEqual([operation, await ask(NOBODYS)]);
  }
  expect(world.told).toEqual([]);
  expect(await everything()).toBe(before);
});

test('every list is empty of theirs, whatever it is filtered by', async () => {
  const document = await readDocument(world.app);
  for (const operation of operations(document, 'lists')) {
    const filters = idFilters(document, operation);
    const queries = ['', ...filters.flatMap((name) => Object.values(theirs).map((id) => `?${name}=${id}`))];
    for (const query of queries) {
      const { status, body } = await whole(await world.app.request(operation.path + query, { headers }));
      expect([operation.path, query, status]).toEqual([operation.path, query, 200]);
      for (const id of Object.values(theirs)) expect(body).not.toContain(id);
    }
  }
});
