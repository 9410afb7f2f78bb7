// Receivers of webhooks, their deliveries and the outbox in memory. It keeps the promises of both ports: test/contract.

import { randomUUID } from 'node:crypto';
import type { DeliveryRow, EndpointRow, WebhookEndpoints } from '../../core/ports/webhook-endpoints.ts';
import type { Happened, WebhookOutbox } from '../../core/ports/webhook-outbox.ts';
import { Failure } from '../../domain/failure.ts';
import { WEBHOOK_EVENTS, type WebhookBody } from '../../domain/webhook.ts';

interface StoredEndpoint extends EndpointRow {
  tenantId: string;
  secret: string;
}
interface StoredDelivery extends DeliveryRow {
  tenantId: string;
  occasion: string;
  data: WebhookBody['data'];
}

export interface FakeWebhooks {
  outbox: WebhookOutbox;
  endpoints: WebhookEndpoints & {
    /** A receiver, whatever the tenant has already; of every event unless told otherwise. */
    add(tenantId: string, rest?: Partial<StoredEndpoint>): StoredEndpoint;
    addDelivery(tenantId: string, endpointId: string, rest?: Partial<DeliveryRow>): DeliveryRow;
  };
  /** By their ids. */
  deliveries: Map<string, StoredDelivery>;
}

interface FakeWebhooksOptions {
  /** Endpoints of one tenant. */
  most?: number;
  /** The character of an identity, if it is the tenant's. */
  characterOf?: (tenantId: string, identityId: string) => string | undefined;
  /** Whether a batch is the tenant's. */
  isBatch?: (tenantId: string, batchId: string) => Promise<boolean>;
}

export function createFakeWebhooks({
  most = 20,
  characterOf = () => 'character-1',
  isBatch = async () => true,
}: FakeWebhooksOptions = {}) {
  const endpoints = new Map<string, StoredEndpoint>();
  const deliveries = new Map<string, StoredDelivery>();
  const own = <T extends { tenantId: string }>(row: T | undefined, tenantId: string) =>
    row?.tenantId === tenantId ? row : undefined;
  const shown = ({ tenantId, secret, ...row }: StoredEndpoint): EndpointRow => row;
  const logged = ({ tenantId, occasion, data, ...row }: StoredDelivery): DeliveryRow => row;
  const endpointsOf = (tenantId: string) => [...endpoints.values()].filter((row) => own(row, tenantId)).reverse();
  const deliveriesOf = (endpointId: string) =>
    [...deliveries.values()].filter((row) => row.endpointId === endpointId).reverse();

  function add(tenantId: string, rest: Partial<StoredEndpoint> = {}): StoredEndpoint {
    const row = {
      id: randomUUID(),
      tenantId,
      url: 'https://app.example.com/hooks',
      secret: `whsec_${Buffer.from(randomUUID().replaceAll('-', '')).toString('base64')}`,
      events: [...WEBHOOK_EVENTS],
      createdAt: new Date().toISOString(),
      disabledAt: undefined,
      ...rest,
    };
    endpoints.set(row.id, row);
    return row;
  }

  function write(delivery: Pick<StoredDelivery, 'tenantId' | 'endpointId'> & Partial<StoredDelivery>): StoredDelivery {
    const row: StoredDelivery = {
      id: randomUUID(),
      event: 'identity.ready',
      occasion: randomUUID(),
      data: { identityId: randomUUID(), characterId: randomUUID(), stage: 'ready' },
      state: 'pending',
      attempts: 0,
      lastStatus: undefined,
      lastError: undefined,
      lastAttemptAt: undefined,
      createdAt: new Date().toISOString(),
      ...delivery,
    };
    deliveries.set(row.id, row);
    return row;
  }

  function dataOf(happened: Happened): WebhookBody['data'] | undefined {
    if ('batchId' in happened) return { batchId: happened.batchId, ...happened.data };
    const { tenantId, identityId } = happened;
    const characterId = characterOf(tenantId, identityId);
    return characterId === undefined ? undefined : { identityId, characterId, ...happened.data };
  }

  const fake: FakeWebhooks = {
    deliveries,
    endpoints: {
      add,
      addDelivery: (tenantId, endpointId, rest) =>
        logged(write({ tenantId, endpointId, state: 'failed', attempts: 10, lastStatus: 500, ...rest })),
      async create(tenantId, url, events) {
        if (endpointsOf(tenantId).length >= most) return undefined;
        const { tenantId: _, ...row } = add(tenantId, { url, events: [...events] });
        return row;
      },
      list: async (tenantId) => endpointsOf(tenantId).map(shown),
      async find(tenantId, id) {
        const row = own(endpoints.get(id), tenantId);
        return row && shown(row);
      },
      async remove(tenantId, id) {
        if (!own(endpoints.get(id), tenantId)) return false;
        for (const row of deliveriesOf(id)) deliveries.delete(row.id);
        return endpoints.delete(id);
      },
      async deliveries(tenantId, endpointId, { limit, cursor = '0' }) {
        const all = deliveriesOf(endpointId).filter((row) => own(row, tenantId));
        const end = Number(cursor) + limit;
        const items = all.slice(Number(cursor), end).map(logged);
        return end < all.length ? { items, nextCursor: String(end) } : { items };
      },
      async delivery(tenantId, id) {
        const row = own(deliveries.get(id), tenantId);
        return row && logged(row);
      },
      async restart(tenantId, id) {
        const row = own(deliveries.get(id), tenantId);
        if (!row) throw new Failure('NotFound', `Not found: the delivery ${id}.`);
        return logged(Object.assign(row, { state: 'pending', attempts: 0 }));
      },
    },
    outbox: {
      async enqueue(happened) {
        const { tenantId, event, occasion } = happened;
        if ('batchId' in happened && !(await isBatch(tenantId, happened.batchId))) return [];
        const data = dataOf(happened);
        if (!data) return [];
        for (const { id: endpointId, events, disabledAt } of endpointsOf(tenantId)) {
          const there = deliveriesOf(endpointId).some((row) => row.occasion === occasion);
          if (!there && !disabledAt && events.includes(event)) write({ tenantId, endpointId, event, occasion, data });
        }
        const all = [...deliveries.values()].filter((row) => own(row, tenantId) && row.occasion === occasion);
        return all.filter(({ state }) => state === 'pending').map(({ id }) => id);
      },
      async pending(deliveryId) {
        const row = deliveries.get(deliveryId);
        const endpoint = endpoints.get(row?.endpointId ?? '');
        if (row?.state !== 'pending' || !endpoint) return undefined;
        const { event: type, createdAt: timestamp, data, attempts } = row;
        return { deliveryId, url: endpoint.url, secret: endpoint.secret, body: { type, timestamp, data }, attempts };
      },
      async attempted(deliveryId, state, { status, error }, gone) {
        const row = deliveries.get(deliveryId);
        if (row?.state !== 'pending') return;
        const lastAttemptAt = new Date().toISOString();
        Object.assign(row, { state, attempts: row.attempts + 1, lastStatus: status, lastError: error, lastAttemptAt });
        const endpoint = endpoints.get(row.endpointId);
        if (!gone || !endpoint) return;
        endpoint.disabledAt ??= lastAttemptAt;
        for (const other of deliveriesOf(endpoint.id)) {
          if (other.state === 'pending')
            Object.assign(other, { state: 'failed', lastError: 'The endpoint is disabled' });
        }
      },
    },
  };
  return fake;
}
