// Endpoints and deliveries in the real database.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSupabaseClient, type Supabase } from '../../adapters/supabase/client.ts';
import { createOutbox } from '../../adapters/supabase/outbox.ts';
import { createWebhookEndpoints } from '../../adapters/supabase/webhook-endpoints.ts';
import type { WebhookEndpoints } from '../../core/ports/webhook-endpoints.ts';
import type { WebhookOutbox } from '../../core/ports/webhook-outbox.ts';
import { type Cast, newCast } from '../support/cast.ts';
import { startTestSupabase, type TestSupabase, testClient } from '../support/supabase.ts';

const URL = 'https://app.example.com/hooks';
const PAGE = { limit: 10 };

let supabase: TestSupabase;
let client: Supabase;
let endpoints: WebhookEndpoints;
let outbox: WebhookOutbox;

beforeAll(async () => {
  supabase = await startTestSupabase();
  client = createSupabaseClient({ url: supabase.url, serviceRoleKey: supabase.secretKey });
  endpoints = createWebhookEndpoints(client);
  outbox = createOutbox(client);
});
afterAll(() => supabase?.stop());

async function endpointOf({ tenantId }: Cast, events = ['identity.ready'] as const) {
  const created = await endpoints.create(tenantId, URL, events);
  if (!created) throw new Error('no endpoint');
  return created;
}

const ready = ({ tenantId, identityId }: Cast, occasion: string = randomUUID()) => ({
  tenantId,
  identityId,
  event: 'identity.ready' as const,
  occasion,
  data: { stage: 'ready' as const },
});

describe('an endpoint', () => {
  test('has a secret of 32 bytes that no later answer holds', async () => {
    const cast = await newCast(client);
    const { secret, ...endpoint } = await endpointOf(cast);
    expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
    expect(await endpoints.find(cast.tenantId, endpoint.id)).toEqual(endpoint);
    expect(await endpoints.list(cast.tenantId)).toEqual([endpoint]);
    expect((await endpointOf(cast)).secret).not.toBe(secret);
  });

  test('is one of twenty at most, however many are asked for at once', async () => {
    const { tenantId } = await newCast(client);
    const asked = Array.from({ length: 25 }, () => endpoints.create(tenantId, URL, ['identity.ready']));
    expect((await Promise.all(asked)).filter((made) => made !== undefined)).toHaveLength(20);
  });

  test('and its deliveries are not there for another tenant', async () => {
    const [cast, other] = [await newCast(client), await newCast(client)];
    const { id } = await endpointOf(cast);
    const [delivery = ''] = await outbox.enqueue(ready(cast));
    expect(await endpoints.find(other.tenantId, id)).toBeUndefined();
    expect(await endpoints.list(other.tenantId)).toEqual([]);
    expect(await endpoints.remove(other.tenantId, id)).toBe(false);
    expect(await endpoints.deliveries(other.tenantId, id, PAGE)).toEqual({ items: [] });
    expect(await endpoints.delivery(other.tenantId, delivery)).toBeUndefined();
    await expect(endpoints.restart(other.tenantId, delivery)).rejects.toMatchObject({ code: 'NotFound' });
    expect(await outbox.enqueue({ ...ready(cast), tenantId: other.tenantId })).toEqual([]);
    expect(await outbox.enqueue({ ...ready(other), tenantId: cast.tenantId })).toEqual([]);
  });

  test('is closed to whoever has only the publishable key', async () => {
    const outsider = testClient(supabase.url, supabase.publishableKey);
    for (const table of ['webhook_endpoints', 'webhook_deliveries']) {
      const { data, error } = await outsider.from(table).select();
      expect([table, data, error?.code]).toEqual([table, null, '42501']);
    }
    const { error } = await outsider.rpc('enqueue_webhooks', {
      p_tenant: randomUUID(),
      p_identity: randomUUID(),
      p_event: 'identity.ready',
      p_occasion: 'o',
      p_data: {},
    });
    expect(error?.code).toBe('42501');
  });
});

describe('an occasion', () => {
  test('is one delivery for each endpoint that wants it, however often it is told', async () => {
    const cast = await newCast(client);
    const [one, other] = [await endpointOf(cast), await endpointOf(cast)];
    const failures = await endpoints.create(cast.tenantId, URL, ['identity.failed']);
    const told = await Promise.all(Array.from({ length: 5 }, () => outbox.enqueue(ready(cast, 'once'))));
    expect(new Set(told.flat()).size).toBe(2);
    for (const { id } of [one, other]) {
      expect((await endpoints.deliveries(cast.tenantId, id, PAGE)).items).toHaveLength(1);
    }
    expect((await endpoints.deliveries(cast.tenantId, failures?.id ?? '', PAGE)).items).toEqual([]);
  });

  test('is told in ids and a stage', async () => {
    const cast = await newCast(client);
    const { secret } = await endpointOf(cast);
    const [deliveryId = ''] = await outbox.enqueue(ready(cast));
    expect(await outbox.pending(deliveryId)).toEqual({
      deliveryId,
      url: URL,
      secret,
      attempts: 0,
      body: {
        type: 'identity.ready',
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        data: { identityId: cast.identityId, characterId: cast.characterId, stage: 'ready' },
      },
    });
  });
});

describe('a delivery', () => {
  test('keeps what came of each try, and its end', async () => {
    const cast = await newCast(client);
    const { id } = await endpointOf(cast);
    const [deliveryId = ''] = await outbox.enqueue(ready(cast, 'kept'));
    const logged = async () => (await endpoints.deliveries(cast.tenantId, id, PAGE)).items[0];
    await outbox.attempted(deliveryId, 'pending', { error: 'The receiver did not answer in time' }, false);
    expect(await logged()).toMatchObject({ state: 'pending', attempts: 1, lastStatus: undefined });
    await outbox.attempted(deliveryId, 'delivered', { status: 204 }, false);
    await outbox.attempted(deliveryId, 'failed', { status: 500 }, false);
    expect(await logged()).toMatchObject({ state: 'delivered', attempts: 2, lastStatus: 204, lastError: undefined });
    expect(await outbox.pending(deliveryId)).toBeUndefined();
    expect(await outbox.enqueue(ready(cast, 'kept'))).toEqual([]);

    expect(await endpoints.restart(cast.tenantId, deliveryId)).toMatchObject({ state: 'pending', attempts: 0 });
    expect(await outbox.pending(deliveryId)).toMatchObject({ attempts: 0 });
  });

  test('to a receiver that is gone ends all that is on its way to it', async () => {
    const cast = await newCast(client);
    const { id } = await endpointOf(cast);
    const [first = '', second = ''] = [...(await outbox.enqueue(ready(cast))), ...(await outbox.enqueue(ready(cast)))];
    await outbox.attempted(first, 'failed', { status: 410 }, true);
    expect((await endpoints.find(cast.tenantId, id))?.disabledAt).toBeTruthy();
    expect(await outbox.pending(second)).toBeUndefined();
    expect(await outbox.enqueue(ready(cast))).toEqual([]);
  });

  test('is gone together with its endpoint', async () => {
    const cast = await newCast(client);
    const { id } = await endpointOf(cast);
    const [deliveryId = ''] = await outbox.enqueue(ready(cast));
    expect(await endpoints.remove(cast.tenantId, id)).toBe(true);
    expect(await outbox.pending(deliveryId)).toBeUndefined();
    await outbox.attempted(deliveryId, 'delivered', { status: 200 }, false);
  });

  test('is found page by page, newest first', async () => {
    const cast = await newCast(client);
    const { id } = await endpointOf(cast);
    for (const occasion of ['1', '2', '3']) await outbox.enqueue(ready(cast, occasion));
    const first = await endpoints.deliveries(cast.tenantId, id, { limit: 2 });
    const rest = await endpoints.deliveries(cast.tenantId, id, { limit: 2, cursor: first.nextCursor });
    expect([first.items.length, rest.items.length, rest.nextCursor]).toEqual([2, 1, undefined]);
    expect(new Set([...first.items, ...rest.items].map((row) => row.id)).size).toBe(3);
  });
});
