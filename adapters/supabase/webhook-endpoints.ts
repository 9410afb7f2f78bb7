// The tenants' receivers of webhooks and the log of deliveries, for the API.

import { randomBytes } from 'node:crypto';
import type { EndpointRow, WebhookEndpoints } from '../../core/ports/webhook-endpoints.ts';
import type { Supabase } from './client.ts';
import type { WebhookDeliveryRecord, WebhookEndpointRecord } from './database.ts';
import { pageOf, toPage } from './page.ts';
import { unwrap, unwrapMaybe } from './unwrap.ts';

const NEWEST_FIRST = { ascending: false };
/** Standard Webhooks asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;
/** For one tenant. Each event is sent to every endpoint that subscribes to it. */
const MOST_ENDPOINTS = 20;
/** All but the secret: only signing reads it, and it is answered once. */
const SHOWN = 'id, tenant_id, url, events, created_at, disabled_at';

export function createWebhookEndpoints(client: Supabase): WebhookEndpoints {
  const endpointsOf = (tenantId: string) => client.from('webhook_endpoints').select(SHOWN).eq('tenant_id', tenantId);

  return {
    async create(tenantId, url, events) {
      const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
      const request = client.rpc('create_webhook_endpoint', {
        p_tenant: tenantId,
        p_url: url,
        p_secret: secret,
        p_events: [...events],
        p_most: MOST_ENDPOINTS,
      });
      const [row] = await unwrap(request, `the tenant ${tenantId}`);
      return row && { ...toEndpoint(row), secret };
    },

    async list(tenantId) {
      const request = endpointsOf(tenantId).order('created_at', NEWEST_FIRST).order('id', NEWEST_FIRST);
      return (await unwrap(request, 'the webhook endpoints')).map(toEndpoint);
    },

    async find(tenantId, endpointId) {
      const request = endpointsOf(tenantId).eq('id', endpointId).maybeSingle();
      const row = await unwrapMaybe(request, `the webhook endpoint ${endpointId}`);
      return row && toEndpoint(row);
    },

    async remove(tenantId, endpointId) {
      const query = client.from('webhook_endpoints').delete().eq('tenant_id', tenantId).eq('id', endpointId);
      const gone = await unwrapMaybe(query.select('id').maybeSingle(), `the webhook endpoint ${endpointId}`);
      return gone !== undefined;
    },

    async deliveries(tenantId, endpointId, page) {
      const query = client.from('webhook_deliveries').select().eq('tenant_id', tenantId).eq('endpoint_id', endpointId);
      return toPage((await unwrap(pageOf(query, page), 'the deliveries')).map(toDelivery), page);
    },

    async delivery(tenantId, deliveryId) {
      const query = client.from('webhook_deliveries').select().eq('tenant_id', tenantId).eq('id', deliveryId);
      const row = await unwrapMaybe(query.maybeSingle(), `the delivery ${deliveryId}`);
      return row && toDelivery(row);
    },

    async restart(tenantId, deliveryId) {
      const anew = { state: 'pending' as const, attempts: 0 };
      const query = client.from('webhook_deliveries').update(anew).eq('tenant_id', tenantId).eq('id', deliveryId);
      return toDelivery(await unwrap(query.select().maybeSingle(), `the delivery ${deliveryId}`));
    },
  };
}

function toEndpoint(row: Omit<WebhookEndpointRecord, 'secret'>): EndpointRow {
  return {
    id: row.id,
    url: row.url,
    events: row.events,
    createdAt: row.created_at,
    disabledAt: row.disabled_at ?? undefined,
  };
}

function toDelivery(row: WebhookDeliveryRecord) {
  return {
    id: row.id,
    endpointId: row.endpoint_id,
    event: row.event,
    state: row.state,
    attempts: row.attempts,
    lastStatus: row.last_status ?? undefined,
    lastError: row.last_error ?? undefined,
    lastAttemptAt: row.last_attempt_at ?? undefined,
    createdAt: row.created_at,
  };
}
