// The locks of webhooks on their way, and of photos.

import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { createOutbox } from '../../adapters/supabase/outbox.ts';
import { createTables } from '../../adapters/supabase/tables.ts';
import { createWebhookEndpoints } from '../../adapters/supabase/webhook-endpoints.ts';
import { type Cast, newCast } from '../support/cast.ts';
import { refusals, values } from '../support/hammer.ts';
import { type Arena, CALLERS, jobs, type Race } from './race.ts';

const happened = ({ tenantId, identityId }: Cast, occasion: string) => ({
  tenantId,
  identityId,
  event: 'identity.ready' as const,
  occasion,
  data: { stage: 'ready' as const },
});

/** An endpoint of a new tenant. */
async function receiver({ client }: Arena) {
  const cast = await newCast(client);
  const endpoints = createWebhookEndpoints(client);
  const endpoint = await endpoints.create(cast.tenantId, 'https://app.example/hook', ['identity.ready']);
  if (!endpoint) throw new Error('no endpoint');
  return { cast, endpoints, endpointId: endpoint.id, outbox: createOutbox(client) };
}

export const DELIVERY_RACES: Race[] = [
  {
    promise: 'one occasion is one delivery, whoever tells of it',
    locks: [
      'enqueue_webhooks: webhook_deliveries on conflict (endpoint_id, occasion)',
      'webhook_deliveries: unique (endpoint_id, occasion)',
    ],
    gate: { table: 'webhook_deliveries', before: 'insert', each: 'row' },
    async run(arena) {
      const { cast, outbox } = await receiver(arena);
      const told = await arena.race(jobs(CALLERS, () => outbox.enqueue(happened(cast, 'one'))));
      return [new Set(values(told).flat()).size, values(told).length];
    },
    holds: [1, CALLERS],
    broken: expect.not.objectContaining([1, CALLERS]),
  },
  {
    promise: 'all who hear at once that a receiver is gone can say so',
    locks: ['note_webhook_attempt: webhook_endpoints for no key update'],
    gate: { table: 'webhook_deliveries', before: 'update', each: 'row' },
    async run(arena) {
      const { cast, outbox, endpoints, endpointId } = await receiver(arena);
      const deliveries: string[] = [];
      for (let n = 0; n < CALLERS; n++) deliveries.push(...(await outbox.enqueue(happened(cast, randomUUID()))));
      const noted = await arena.race(
        jobs(CALLERS, (n) => outbox.attempted(deliveries[n] ?? '', 'failed', { status: 410 }, true)),
      );
      const page = await endpoints.deliveries(cast.tenantId, endpointId, { limit: 100 });
      return { deadlocks: refusals(noted), states: new Set(page.items.map(({ state }) => state)).size };
    },
    holds: { deadlocks: {}, states: 1 },
    broken: expect.objectContaining({ deadlocks: { StoreUnavailable: expect.any(Number) } }),
  },
  {
    promise: 'two who judge the same photos in other orders do not wait for each other',
    locks: ['save_photo_reports: photos for no key update'],
    gate: { table: 'photos', before: 'update', each: 'row' },
    // The plan that a database with many photos takes: from each report to its photo.
    settings: ['enable_hashjoin = off', 'enable_mergejoin = off', 'enable_seqscan = off'],
    async run({ client, race }) {
      const { tenantId, characterId } = await newCast(client);
      const { photos } = createTables(client);
      const reports = (await photos.of(tenantId, characterId)).map(({ report }) => report);
      const saved = await race(
        jobs(CALLERS, (n) => photos.saveReports(tenantId, n % 2 === 0 ? reports : reports.toReversed())),
      );
      return refusals(saved);
    },
    holds: {},
    broken: { StoreUnavailable: expect.any(Number) },
  },
];
