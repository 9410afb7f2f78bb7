// What the receivers of webhooks and the outbox promise, whoever keeps them.

import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Stills } from '../../core/ports/stills.ts';
import type { WebhookEndpoints } from '../../core/ports/webhook-endpoints.ts';
import type { WebhookOutbox } from '../../core/ports/webhook-outbox.ts';
import { addStills } from '../support/new-stills.ts';

const URL = 'https://app.example.com/hooks';
const PAGE = { limit: 10 };
const CALLERS = 20;
/** Endpoints of a tenant. */
const MOST = 20;

interface Identity {
  tenantId: string;
  characterId: string;
  identityId: string;
}

interface WebhooksUnderTest {
  endpoints: WebhookEndpoints;
  outbox: WebhookOutbox;
  stills: Stills;
  /** An identity of a new tenant. */
  newIdentity(): Promise<Identity>;
}

const ready = ({ tenantId, identityId }: Identity, occasion: string = randomUUID()) => ({
  tenantId,
  identityId,
  event: 'identity.ready' as const,
  occasion,
  data: { stage: 'ready' as const },
});

const atOnce = <T>(count: number, job: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => job(n)));

export function describeWebhooks(make: () => Promise<WebhooksUnderTest>): void {
  let endpoints: WebhookEndpoints;
  let outbox: WebhookOutbox;
  let stills: Stills;
  let newIdentity: WebhooksUnderTest['newIdentity'];
  beforeAll(async () => {
    ({ endpoints, outbox, stills, newIdentity } = await make());
  });

  async function newEndpoint({ tenantId }: Identity) {
    const created = await endpoints.create(tenantId, URL, ['identity.ready']);
    if (!created) throw new Error('no endpoint');
    return created;
  }

  describe('an endpoint', () => {
    test('has a secret of 32 bytes of its own that no later answer holds', async () => {
      const mine = await newIdentity();
      const { secret, ...endpoint } = await newEndpoint(mine);
      expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
      expect(await endpoints.find(mine.tenantId, endpoint.id)).toEqual(endpoint);
      expect(await endpoints.list(mine.tenantId)).toEqual([endpoint]);
      expect((await newEndpoint(mine)).secret).not.toBe(secret);
    });

    test('is listed with the newest first', async () => {
      const mine = await newIdentity();
      const ids = [(await newEndpoint(mine)).id, (await newEndpoint(mine)).id, (await newEndpoint(mine)).id];
      expect((await endpoints.list(mine.tenantId)).map(({ id }) => id)).toEqual(ids.toReversed());
    });

    test('is one of twenty at most, however many are asked for at once', async () => {
      const { tenantId } = await newIdentity();
      const asked = await atOnce(MOST + 5, () => endpoints.create(tenantId, URL, ['identity.ready']));
      expect(asked.filter((made) => made !== undefined)).toHaveLength(MOST);
      expect(await endpoints.list(tenantId)).toHaveLength(MOST);
    });

    test('and its deliveries are not there for another tenant', async () => {
      const [mine, other] = [await newIdentity(), await newIdentity()];
      const { id } = await newEndpoint(mine);
      const [delivery = ''] = await outbox.enqueue(ready(mine));
      expect(await endpoints.find(other.tenantId, id)).toBeUndefined();
      expect(await endpoints.list(other.tenantId)).toEqual([]);
      expect(await endpoints.remove(other.tenantId, id)).toBe(false);
      expect(await endpoints.deliveries(other.tenantId, id, PAGE)).toEqual({ items: [] });
      expect(await endpoints.delivery(other.tenantId, delivery)).toBeUndefined();
      await expect(endpoints.restart(other.tenantId, delivery)).rejects.toMatchObject({ code: 'NotFound' });
      expect(await outbox.enqueue({ ...ready(mine), tenantId: other.tenantId })).toEqual([]);
      expect(await outbox.enqueue({ ...ready(other), tenantId: mine.tenantId })).toEqual([]);
    });
  });

  describe('an occasion', () => {
    test('is one delivery for each endpoint that wants it, however many tell of it at once', async () => {
      const mine = await newIdentity();
      const [one, other] = [await newEndpoint(mine), await newEndpoint(mine)];
      const failures = await endpoints.create(mine.tenantId, URL, ['identity.failed']);
      const told = await atOnce(CALLERS, () => outbox.enqueue(ready(mine, 'once')));
      expect(new Set(told.map((ids) => [...ids].sort().join(' '))).size).toBe(1);
      expect(told[0]).toHaveLength(2);
      for (const { id } of [one, other]) {
        expect((await endpoints.deliveries(mine.tenantId, id, PAGE)).items).toHaveLength(1);
      }
      expect((await endpoints.deliveries(mine.tenantId, failures?.id ?? '', PAGE)).items).toEqual([]);
    });

    test('is told in ids and a stage', async () => {
      const mine = await newIdentity();
      const { secret } = await newEndpoint(mine);
      const [deliveryId = ''] = await outbox.enqueue(ready(mine));
      expect(await outbox.pending(deliveryId)).toEqual({
        deliveryId,
        url: URL,
        secret,
        attempts: 0,
        body: {
          type: 'identity.ready',
          timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
          data: { identityId: mine.identityId, characterId: mine.characterId, stage: 'ready' },
        },
      });
    });
  });

  describe('what happens to stills', () => {
    test('is told in ids, states and findings, to the tenant of the batch alone', async () => {
      const [{ tenantId }, other] = [await newIdentity(), await newIdentity()];
      const [{ batchId = '', id: stillId = '' } = {}] = await addStills(stills, tenantId, 1, { cast: [] });
      for (const tenant of [tenantId, other.tenantId]) await endpoints.create(tenant, URL, ['still.flagged']);
      const data = { state: 'flagged' as const, stillId, number: 1, findings: ['swapped' as const] };
      const happened = { batchId, event: 'still.flagged' as const, occasion: randomUUID(), data };
      const [deliveryId = ''] = await outbox.enqueue({ tenantId, ...happened });
      expect((await outbox.pending(deliveryId))?.body).toMatchObject({
        type: 'still.flagged',
        data: { batchId, ...data },
      });
      expect(await outbox.enqueue({ tenantId: other.tenantId, ...happened })).toEqual([]);
      const done = { batchId, event: 'batch.done' as const, occasion: randomUUID() };
      expect(await outbox.enqueue({ tenantId, ...done, data: { state: 'done', counts: { flagged: 1 } } })).toEqual([]);
    });
  });

  describe('a delivery', () => {
    test('keeps what came of each try, and its end', async () => {
      const mine = await newIdentity();
      const { id } = await newEndpoint(mine);
      const [deliveryId = ''] = await outbox.enqueue(ready(mine, 'kept'));
      const logged = () => endpoints.delivery(mine.tenantId, deliveryId);
      await outbox.attempted(deliveryId, 'pending', { error: 'The receiver did not answer in time' }, false);
      expect(await logged()).toMatchObject({ state: 'pending', attempts: 1, lastStatus: undefined });
      await outbox.attempted(deliveryId, 'delivered', { status: 204 }, false);
      await outbox.attempted(deliveryId, 'failed', { status: 500 }, false);
      expect(await logged()).toMatchObject({ state: 'delivered', attempts: 2, lastStatus: 204, lastError: undefined });
      expect((await endpoints.deliveries(mine.tenantId, id, PAGE)).items).toEqual([await logged()]);
      expect(await outbox.pending(deliveryId)).toBeUndefined();
      expect(await outbox.enqueue(ready(mine, 'kept'))).toEqual([]);

      expect(await endpoints.restart(mine.tenantId, deliveryId)).toMatchObject({ state: 'pending', attempts: 0 });
      expect(await outbox.pending(deliveryId)).toMatchObject({ attempts: 0 });
    });

    test('counts every try of those that come at once', async () => {
      const mine = await newIdentity();
      await newEndpoint(mine);
      const [deliveryId = ''] = await outbox.enqueue(ready(mine));
      await atOnce(CALLERS, () => outbox.attempted(deliveryId, 'pending', { status: 500 }, false));
      expect(await outbox.pending(deliveryId)).toMatchObject({ attempts: CALLERS });
    });

    test('to a receiver that is gone ends all that is on its way to it, however many say so at once', async () => {
      const mine = await newIdentity();
      const { id } = await newEndpoint(mine);
      const occasions = Array.from({ length: CALLERS + 1 }, () => randomUUID());
      const ids = (await atOnce(occasions.length, (n) => outbox.enqueue(ready(mine, occasions[n])))).flat();
      await atOnce(CALLERS, (n) => outbox.attempted(ids[n] ?? '', 'failed', { status: 410 }, true));
      expect((await endpoints.find(mine.tenantId, id))?.disabledAt).toBeTruthy();
      expect(await outbox.pending(ids[CALLERS] ?? '')).toBeUndefined();
      const { items } = await endpoints.deliveries(mine.tenantId, id, { limit: 100 });
      expect(items.map(({ state }) => state)).toEqual(Array(CALLERS + 1).fill('failed'));
      expect(await outbox.enqueue(ready(mine))).toEqual([]);
    });

    test('is gone together with its endpoint', async () => {
      const mine = await newIdentity();
      const { id } = await newEndpoint(mine);
      const [deliveryId = ''] = await outbox.enqueue(ready(mine));
      expect(await endpoints.remove(mine.tenantId, id)).toBe(true);
      expect(await endpoints.remove(mine.tenantId, id)).toBe(false);
      expect(await outbox.pending(deliveryId)).toBeUndefined();
      expect(await endpoints.delivery(mine.tenantId, deliveryId)).toBeUndefined();
      await outbox.attempted(deliveryId, 'delivered', { status: 200 }, false);
    });

    test('is found page by page, newest first', async () => {
      const mine = await newIdentity();
      const { id } = await newEndpoint(mine);
      const ids: string[] = [];
      for (const occasion of ['1', '2', '3']) ids.push(...(await outbox.enqueue(ready(mine, occasion))));
      const first = await endpoints.deliveries(mine.tenantId, id, { limit: 2 });
      const rest = await endpoints.deliveries(mine.tenantId, id, { limit: 2, cursor: first.nextCursor });
      expect([...first.items, ...rest.items].map((row) => row.id)).toEqual([...ids].reverse());
      expect([first.items.length, rest.nextCursor]).toEqual([2, undefined]);
    });
  });
}
