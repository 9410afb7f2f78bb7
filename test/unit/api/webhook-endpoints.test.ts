import { describe, expect, test } from 'vitest';
import { WEBHOOK_EVENTS } from '../../../domain/webhook.ts';
import { problemIn } from './problem-in.ts';
import { newWorld, TENANT } from './world.ts';

const URL = 'https://app.example.com/hooks';
const PATH = '/v1/webhook-endpoints';

async function worldWithEndpoint() {
  const world = newWorld();
  const created = await world.ask('POST', PATH, { url: URL });
  const endpoint = (await created.json()) as { endpointId: string; secret: string };
  return { ...world, created, endpoint };
}

describe('an endpoint', () => {
  test('is answered with its secret once, and never with it again', async () => {
    const { ask, created, endpoint } = await worldWithEndpoint();
    expect(created.status).toBe(201);
    const path = `${PATH}/${endpoint.endpointId}`;
    expect(created.headers.get('location')).toBe(path);
    expect(endpoint).toMatchObject({ url: URL, events: WEBHOOK_EVENTS, secret: expect.stringMatching(/^whsec_/) });
    for (const later of [await ask('GET', path), await ask('GET', PATH)]) {
      expect(later.status).toBe(200);
      expect(await later.text()).not.toContain('whsec_');
    }
  });

  test('gets the events that it asks for, each named once', async () => {
    const { ask } = newWorld();
    const events = ['identity.ready', 'identity.ready'];
    expect(await (await ask('POST', PATH, { url: URL, events })).json()).toMatchObject({ events: ['identity.ready'] });
    for (const wrong of [[], ['identity.exploded'], 'identity.ready']) {
      expect((await problemIn(await ask('POST', PATH, { url: URL, events: wrong }))).code).toBe('invalid_request');
    }
  });

  test('with an address that cannot be used is refused with the reason', async () => {
    const { ask } = newWorld();
    const problem = await problemIn(await ask('POST', PATH, { url: 'https://private.example.com' }));
    expect(problem).toMatchObject({ status: 422, code: 'address_not_allowed', detail: 'The host is private.' });
  });

  test('is refused when there are too many', async () => {
    const { ask } = newWorld();
    for (let i = 0; i < 3; i++) expect((await ask('POST', PATH, { url: URL })).status).toBe(201);
    expect((await problemIn(await ask('POST', PATH, { url: URL }))).code).toBe('too_many_endpoints');
  });

  test('can be removed', async () => {
    const { ask, endpoint } = await worldWithEndpoint();
    const path = `${PATH}/${endpoint.endpointId}`;
    expect((await ask('DELETE', path)).status).toBe(204);
    for (const method of ['DELETE', 'GET']) expect((await problemIn(await ask(method, path))).code).toBe('not_found');
  });
});

describe('a delivery', () => {
  test('is in the log, and is sent again with the id that the receiver knows', async () => {
    const { ask, told, endpoint, endpoints } = await worldWithEndpoint();
    const { id } = endpoints.addDelivery(TENANT, endpoint.endpointId);
    const log = await (await ask('GET', `${PATH}/${endpoint.endpointId}/deliveries`)).json();
    const failed = { deliveryId: id, event: 'identity.ready', state: 'failed', attempts: 10, lastStatus: 500 };
    expect(log).toMatchObject({ items: [failed] });
    const again = await ask('POST', `/v1/webhook-deliveries/${id}/redeliver`);
    expect(again.status).toBe(202);
    expect(await again.json()).toMatchObject({ deliveryId: id, state: 'pending', attempts: 0 });
    expect(told).toEqual([['redeliver', id]]);
  });

  test('to a receiver that is gone is not sent again', async () => {
    const { ask, told, endpoints } = newWorld();
    const gone = endpoints.add(TENANT, { disabledAt: '2026-11-22T09:00:00.000Z' });
    const { id } = endpoints.addDelivery(TENANT, gone.id);
    const refused = await ask('POST', `/v1/webhook-deliveries/${id}/redeliver`);
    expect((await problemIn(refused)).code).toBe('endpoint_disabled');
    expect(told).toEqual([]);
  });
});
