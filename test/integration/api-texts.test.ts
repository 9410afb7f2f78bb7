// Texts over the real database: whatever a request puts in the place of a text, the answer is no fault of ours and no row
// changes; and what a run or the provider hands on is stored, whatever is in it.

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
import { isRefusal, parseDecision } from '../../domain/decision.ts';
import { SCOPES } from '../../domain/scopes.ts';
import { type Cast, image, newCast } from '../support/cast.ts';
import { operations, type Resource, readDocument, resourceOf, whole } from '../support/foreign-requests.ts';
import { type DescribedDocument, textInputs } from '../support/hostile-texts.ts';
import { identityCall } from '../support/new-call.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';
import { addDrawn, newWorld } from '../unit/api/world.ts';

const CAPS = { defaultCapMicros: 10_000_000, identityCapMicros: 10_000_000 };
const TABLES = ['characters', 'photos', 'identities', 'decisions', 'provider_calls', 'webhook_endpoints'] as const;
const HOSTILE = ['a\0b', '\0', 'a\ud800b', '\udc00', 'x'.repeat(100_000), "1' or true", '\u0001', 'a\nb'];

let supabase: TestSupabase;
let client: Supabase;
let world: ReturnType<typeof newWorld>;
let headers: Record<string, string>;
let cast: Cast;
let mine: Record<Resource, string>;

beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
  const endpoints = createWebhookEndpoints(client);
  const files = createFileStore(client, { reachableByProvider: false });
  const tables = createTables(client);
  world = newWorld({ ...tables, files, books: createBooks(client, CAPS), retests: createRetests(client), endpoints });
  cast = await newCast(client);
  const { key } = await createApiKey(client, { tenantId: cast.tenantId, name: 'mine', scopes: SCOPES });
  headers = { authorization: `Bearer ${key}`, 'idempotency-key': 'same' };
  const portrait = image(cast, 'portrait');
  await createTables(client).testImages.save(portrait);
  const endpoint = await endpoints.create(cast.tenantId, 'https://mine.example/hook', ['identity.ready']);
  mine = {
    character: cast.characterId,
    photo: cast.photoIds[0] ?? '',
    identity: cast.identityId,
    image: portrait.imageId,
    ...(await addDrawn({ ...tables, files }, cast.tenantId)),
    webhookEndpoint: endpoint?.id ?? '',
    webhookDelivery: '99999999-9999-4999-8999-999999999999',
  };
});
afterAll(() => supabase?.stop());

async function everything(): Promise<string> {
  const rows = await Promise.all(TABLES.map(async (table) => (await client.from(table).select()).data));
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

const canBeHeader = (text: string) => !/[\0\r\n]|[^\0-\xff]/.test(text);

test('no text of any operation becomes a fault, or a row', async () => {
  const document = (await readDocument(world.app)) as unknown as DescribedDocument &
    Awaited<ReturnType<typeof readDocument>>;
  const all = [...operations(document, 'withId'), ...operations(document, 'others')];
  // An answer for as long as the run lives.
  const asked = all.filter(({ path }) => !path.endsWith('/events'));
  const before = await everything();
  let count = 0;
  for (const operation of asked) {
    const id = operation.path.includes('{') ? mine[resourceOf(operation.path)] : '';
    for (const input of textInputs(document, operation)) {
      for (const text of HOSTILE.filter((one) => input.in !== 'header' || canBeHeader(one))) {
        // Texts that are as good as any other.
        if (input.in === 'body' && text === "1' or true") continue;
        if (input.in === 'body' && text === 'a\nb' && input.name === 'reason') continue;
        const { status, body } = await whole(await world.app.request(...input.request(id, text, headers)));
        expect([operation, input.name, text.slice(0, 20), body.slice(0, 200), status]).toSatisfy(
          (seen: unknown[]) => Number(seen.at(-1)) >= 400 && Number(seen.at(-1)) < 500,
        );
        count += 1;
      }
    }
  }
  expect(count).toBeGreaterThan(200);
  expect(world.told).toEqual([]);
  expect(await everything()).toBe(before);
});

test('a decision of a signal is stored, whatever its texts hold', async () => {
  const raw = { round: 1, decisionId: 'd\0\ud800', by: '\0anna', reason: 'looks good\0 \ud83d' };
  const decision = parseDecision(raw, 'approve', 'fallback', 'signal');
  if (isRefusal(decision)) throw new Error(decision.message);
  const at = '2026-11-22T09:00:00.000Z';
  await createTables(client).identities.saveDecision(cast.tenantId, cast.identityId, { decision, at });
  const { data } = await client.from('decisions').select('reason, decided_by').eq('identity_id', cast.identityId);
  expect(data).toEqual([{ reason: 'looks good \ufffd', decided_by: 'anna' }]);
});

test('what a paid request answered is stored, whatever its texts hold', async () => {
  const ledger = createLedger(client, CAPS);
  const key = `${cast.identityId}/train/1`;
  const { call: opened } = await ledger.open(identityCall(cast, { key, estimate: 7 }));
  await ledger.unknown(opened, 'the answer broke off at \0\ud800');
  await ledger.submitted(opened, 'req-1');
  await ledger.settled(opened, 7, { 'pro\0mpt': 'a\0b', seed: 1 });
  expect(await ledger.find(key)).toMatchObject({ state: 'settled', result: { prompt: 'ab', seed: 1 } });
});

test('what the door should have refused is called what it is: a bad value, and no defect', async () => {
  const created = createTables(client).characters.create(cast.tenantId, 'a\0b');
  await expect(created).rejects.toMatchObject({ name: 'Failure', code: 'InvalidInput' });
});
