// Receivers of webhooks and their deliveries in memory, bound to tenants as the port promises.

import { randomUUID } from 'node:crypto';
import type { DeliveryRow, EndpointRow, WebhookEndpoints } from '../../../core/ports/webhook-endpoints.ts';

const MOST = 3;
const CREATED = '2026-11-22T09:00:00.000Z';

export interface FakeEndpoints extends WebhookEndpoints {
  addDelivery(tenantId: string, endpointId: string, rest?: Partial<DeliveryRow>): DeliveryRow;
}

export function createFakeEndpoints(): FakeEndpoints {
  const endpoints = new Map<string, EndpointRow & { tenantId: string; secret: string }>();
  const deliveries = new Map<string, DeliveryRow & { tenantId: string }>();

  const find = async (tenantId: string, id: string) => {
    const row = endpoints.get(id);
    return row?.tenantId === tenantId ? row : undefined;
  };
  const delivery = async (tenantId: string, id: string) => {
    const row = deliveries.get(id);
    return row?.tenantId === tenantId ? row : undefined;
  };
  const list = async (tenantId: string) => [...endpoints.values()].filter((row) => row.tenantId === tenantId);

  return {
    find,
    list,
    delivery,
    async create(tenantId, url, events) {
      if ((await list(tenantId)).length >= MOST) return undefined;
      const row = { id: randomUUID(), url, events: [...events], createdAt: CREATED, disabledAt: undefined };
      endpoints.set(row.id, { ...row, tenantId, secret: 'whsec_c2VjcmV0' });
      return { ...row, secret: 'whsec_c2VjcmV0' };
    },
    async remove(tenantId, id) {
      return (await find(tenantId, id)) !== undefined && endpoints.delete(id);
    },
    async deliveries(tenantId, endpointId, { limit }) {
      const rows = [...deliveries.values()].filter((row) => row.tenantId === tenantId && row.endpointId === endpointId);
      return { items: rows.slice(0, limit) };
    },
    async restart(tenantId, id) {
      const row = await delivery(tenantId, id);
      if (!row) throw new Error(`no delivery ${id}`);
      return Object.assign(row, { state: 'pending', attempts: 0 });
    },
    addDelivery(tenantId, endpointId, rest = {}) {
      const row: DeliveryRow = {
        id: randomUUID(),
        endpointId,
        event: 'identity.ready',
        state: 'failed',
        attempts: 10,
        lastStatus: 500,
        lastError: undefined,
        lastAttemptAt: CREATED,
        createdAt: CREATED,
        ...rest,
      };
      deliveries.set(row.id, { ...row, tenantId });
      return row;
    },
  };
}
