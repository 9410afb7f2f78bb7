// The price of a megapixel, corrected by the first bill: the sandbox bills as fal may, through the real adapter, the
// ledger of a real database and the API.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createFalProvider } from '../../adapters/fal/provider.ts';
import { createSupabaseClient, type Supabase } from '../../adapters/supabase/client.ts';
import { createImageUnits } from '../../adapters/supabase/image-units.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import { createProviderAccount } from '../../adapters/supabase/provider-account.ts';
import type { RunEstimate } from '../../api/schemas/estimate.ts';
import { postOnce } from '../../core/payments/post-once.ts';
import { settle } from '../../core/payments/settle.ts';
import type { ImageUnits } from '../../core/ports/image-units.ts';
import { pictureCallKey } from '../../domain/keys.ts';
import { picturePrice } from '../../domain/profile.ts';
import { TEST_IMAGE_SIZE } from '../../domain/test-suite.ts';
import { type RunningSandbox, startSandbox } from '../../sandbox/server.ts';
import { type Cast, newCast } from '../support/cast.ts';
import { GENERATOR, MODELS } from '../support/models.ts';
import { identityCall } from '../support/new-call.ts';
import { roundSet } from '../support/sets.ts';
import { silentNotifier } from '../support/silent-notifier.ts';
import { databaseOf, startTestSupabase, type TestSupabase, testClient } from '../support/supabase.ts';
import { newWorld } from '../unit/api/world.ts';

const CAPS = { defaultCapMicros: 100_000_000, identityCapMicros: 100_000_000 };

type Learned = Parameters<Parameters<typeof createImageUnits>[1]['learned']>[0];

let supabase: TestSupabase;
let client: Supabase;
let sandbox: RunningSandbox;
let cast: Cast;
let learned: Learned[];
let rounds = 0;

beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
  sandbox = await startSandbox({ settings: { queueMs: 0, imageMs: 0 } });
  cast = await newCast(client);
});
afterAll(async () => {
  await sandbox?.close();
  await supabase?.stop();
});
beforeEach(async () => {
  learned = [];
  sandbox.setFaults([]);
  sandbox.changeSettings({ megapixel: 1_000_000 });
  await client.from('provider_megapixels').delete().neq('provider', '');
});

/** A process of its own, with nothing in memory yet. */
const unitsOf = (provider: 'fal' | 'sandbox', setting: 1_000_000 | 1_048_576 = 1_000_000): ImageUnits =>
  createImageUnits(client, { provider, setting, learned: (bill) => learned.push(bill) });

function payingWith(imageUnits: ImageUnits) {
  return {
    ledger: createLedger(client, CAPS),
    imageUnits,
    models: MODELS,
    provider: createFalProvider({ credentials: sandbox.key, sandboxUrl: sandbox.url }),
    account: createProviderAccount(client, 'sandbox'),
    notifier: silentNotifier,
    publicUrl: undefined,
  };
}

/** Pays for an image of this size, as a run does, and answers what was reserved for it and what it cost. */
async function image(imageUnits: ImageUnits, size: unknown = TEST_IMAGE_SIZE) {
  const paying = payingWith(imageUnits);
  const { pixels } = await imageUnits.megapixel();
  const key = pictureCallKey(cast.identityId, roundSet(++rounds), 'portrait');
  const estimate = picturePrice(GENERATOR, TEST_IMAGE_SIZE, pixels);
  const { id: profile, endpoint } = GENERATOR;
  const call = await postOnce(paying, identityCall(cast, { key, profile, endpoint, estimate }), async () => ({
    prompt: 'headshot',
    seed: rounds,
    image_size: size,
    num_images: 1,
  }));
  while ((await paying.provider.status(endpoint, call.requestId)).state !== 'done') await sleep(10);
  await settle(paying, call);
  return { key, estimate, charged: (await paying.ledger.find(key))?.charged };
}

async function estimated(imageUnits: ImageUnits): Promise<RunEstimate> {
  const { ask } = newWorld(payingWith(imageUnits));
  return (await (await ask('GET', '/v1/estimate')).json()) as RunEstimate;
}

test('the first bill corrects estimates and reservations, for every process and after a restart', async () => {
  sandbox.changeSettings({ megapixel: 1_048_576 });
  const worker = unitsOf('fal');
  expect(await estimated(unitsOf('fal'))).toMatchObject({
    testImages: 0.35,
    megapixel: { pixels: 1_000_000, basedOn: 'setting' },
  });
  const first = await image(worker);
  expect(first).toMatchObject({ estimate: 70_000, charged: 35_000 });

  expect(await image(worker)).toMatchObject({ estimate: 35_000, charged: 35_000 });
  const expected = { testImages: 0.175, total: 2.175, rescueMax: 0.35 };
  expect(await estimated(unitsOf('fal'))).toMatchObject({
    ...expected,
    megapixel: { pixels: 1_048_576, basedOn: 'bill' },
  });
  // Told once, and not with each bill.
  expect(learned).toEqual([
    { before: { pixels: 1_000_000, basedOn: 'setting' }, pixels: 1_048_576, callKey: first.key },
  ]);
});

test('a bill that is higher than the setting corrects it too, and the newest bill counts', async () => {
  const worker = unitsOf('fal', 1_048_576);
  expect(await image(worker)).toMatchObject({ estimate: 35_000, charged: 70_000 });
  expect(await worker.megapixel()).toEqual({ pixels: 1_000_000, basedOn: 'bill' });
  sandbox.changeSettings({ megapixel: 1_048_576 });
  await image(worker);
  expect(await unitsOf('fal').megapixel()).toEqual({ pixels: 1_048_576, basedOn: 'bill' });
});

test('a bill that leaves it open changes nothing', async () => {
  const worker = unitsOf('fal');
  await image(worker, { width: 512, height: 512 });
  sandbox.setFaults([{ fault: 'price_change' }]);
  await image(worker);
  expect(await unitsOf('fal').megapixel()).toEqual({ pixels: 1_000_000, basedOn: 'setting' });
  expect(learned).toEqual([]);
});

test('bills of the sandbox do not correct the price of fal', async () => {
  sandbox.changeSettings({ megapixel: 1_048_576 });
  await image(unitsOf('sandbox'));
  expect(await unitsOf('sandbox').megapixel()).toEqual({ pixels: 1_048_576, basedOn: 'bill' });
  expect(await unitsOf('fal').megapixel()).toEqual({ pixels: 1_000_000, basedOn: 'setting' });
});

test('of two bills at once one is told', async () => {
  const bills = await Promise.all([image(unitsOf('fal')), image(unitsOf('fal'))]);
  expect(bills.map(({ charged }) => charged)).toEqual([70_000, 70_000]);
  expect(learned).toHaveLength(1);
});

test('what was known counts while the database does not answer', async () => {
  let now = 0;
  const stopped = createSupabaseClient({ url: 'http://127.0.0.1:9', serviceRoleKey: supabase.secretKey });
  const lost = createImageUnits(stopped, { provider: 'fal', setting: 1_048_576, learned: () => undefined });
  expect(await lost.megapixel()).toEqual({ pixels: 1_048_576, basedOn: 'setting' });

  const process = createImageUnits(client, {
    provider: 'fal',
    setting: 1_000_000,
    learned: () => undefined,
    now: () => now,
  });
  await process.megapixel();
  const note = { p_provider: 'fal', p_pixels: 1_048_576 as const, p_call: randomUUID() };
  await client.rpc('note_megapixel', note);
  expect((await process.megapixel()).basedOn).toBe('setting');
  now += 10_000;
  expect(await process.megapixel()).toEqual({ pixels: 1_048_576, basedOn: 'bill' });
});

test('only our own processes may tell or ask', async () => {
  const outsider = testClient(supabase.url, supabase.publishableKey);
  const { error } = await outsider.rpc('note_megapixel', { p_provider: 'fal', p_pixels: 1_000_000, p_call: 'x' });
  expect(error).not.toBeNull();
  const { data } = await outsider.from('provider_megapixels').select();
  expect(data ?? []).toEqual([]);
});
