// Deliveries of webhooks, for their steps.

import type { WebhookOutbox } from '../../core/ports/webhook-outbox.ts';
import type { Supabase } from './client.ts';
import { readDeliveryData } from './columns.ts';
import { toJson } from './rows.ts';
import { unwrap, unwrapMaybe, unwrapNothing } from './unwrap.ts';

export function createOutbox(client: Supabase): WebhookOutbox {
  return {
    async enqueue(happened) {
      const { tenantId, event, occasion, data } = happened;
      const identityId = 'identityId' in happened ? happened.identityId : null;
      const batchId = 'batchId' in happened ? happened.batchId : null;
      const request = client.rpc('enqueue_webhooks', {
        p_tenant: tenantId,
        p_identity: identityId,
        p_batch: batchId,
        p_event: event,
        p_occasion: occasion,
        p_data: toJson(data),
      });
      return unwrap(request, `the webhooks of ${identityId ?? batchId}`);
    },

    async pending(deliveryId) {
      const deliveries = client.from('webhook_deliveries').select().eq('id', deliveryId).eq('state', 'pending');
      const row = await unwrapMaybe(deliveries.maybeSingle(), `the delivery ${deliveryId}`);
      if (!row) return undefined;
      const endpoints = client.from('webhook_endpoints').select('url, secret').eq('id', row.endpoint_id);
      const endpoint = await unwrapMaybe(endpoints.maybeSingle(), `the endpoint ${row.endpoint_id}`);
      if (!endpoint) return undefined;
      const { event: type, created_at, attempts } = row;
      const data = readDeliveryData(row.data);
      return { deliveryId, ...endpoint, body: { type, timestamp: new Date(created_at).toISOString(), data }, attempts };
    },

    async attempted(deliveryId, state, answer, gone) {
      const request = client.rpc('note_webhook_attempt', {
        p_delivery: deliveryId,
        p_state: state,
        p_status: answer.status ?? null,
        p_error: answer.error ?? null,
        p_gone: gone,
      });
      await unwrapNothing(request, `the delivery ${deliveryId}`);
    },
  };
}
