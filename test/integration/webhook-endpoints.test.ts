// Endpoints and deliveries in the real database.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOutbox } from '../../adapters/supabase/outbox.ts';
import { createStills } from '../../adapters/supabase/stills.ts';
import { createWebhookEndpoints } from '../../adapters/supabase/webhook-endpoints.ts';
import { describeWebhooks } from '../contract/webhooks.ts';
import { newCast } from '../support/cast.ts';
import { databaseOf, startTestSupabase, type TestSupabase, testClient } from '../support/supabase.ts';

let supabase: TestSupabase;
beforeAll(async () => {
  supabase = await startTestSupabase();
});
afterAll(() => supabase?.stop());

describe('webhooks', () => {
  describeWebhooks(async () => {
    const client = databaseOf(supabase);
    return {
      endpoints: createWebhookEndpoints(client),
      outbox: createOutbox(client),
      stills: createStills(client),
      newIdentity: () => newCast(client),
    };
  });

  test('are closed to whoever has only the publishable key', async () => {
    const outsider = testClient(supabase.url, supabase.publishableKey);
    for (const table of ['webhook_endpoints', 'webhook_deliveries']) {
      const { data, error } = await outsider.from(table).select();
      expect([table, data, error?.code]).toEqual([table, null, '42501']);
    }
    const { error } = await outsider.rpc('enqueue_webhooks', {
      p_tenant: randomUUID(),
      p_identity: randomUUID(),
      p_batch: null,
      p_event: 'identity.ready',
      p_occasion: 'o',
      p_data: {},
    });
    expect(error?.code).toBe('42501');
  });
});
