// The API as a process of its own, over real HTTP and the real vision pool: what a bad file breaks is then seen from
// outside. Everything but the caller's key goes to addresses where nothing listens: an inspection needs none of it,
// and one that did would answer 503.

import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Client, Connection } from '@temporalio/client';
import pino from 'pino';
import { createModels } from '../../adapters/create-models.ts';
import { FAL_MODELS } from '../../adapters/fal/models/index.ts';
import { createFalProvider } from '../../adapters/fal/provider.ts';
import { createFalRelay } from '../../adapters/fal/relay.ts';
import { createWebhookVerifier } from '../../adapters/fal/webhook.ts';
import { createLogNotifier } from '../../adapters/log-notifier.ts';
import { createAddressCheck } from '../../adapters/outbound/address-rules.ts';
import { createBooks } from '../../adapters/supabase/books.ts';
import { createSupabaseClient } from '../../adapters/supabase/client.ts';
import { createFileStore } from '../../adapters/supabase/file-store.ts';
import { createImageUnits } from '../../adapters/supabase/image-units.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import { createOverview } from '../../adapters/supabase/overview.ts';
import { createProviderAccount } from '../../adapters/supabase/provider-account.ts';
import { createTables } from '../../adapters/supabase/tables.ts';
import { createWebhookEndpoints } from '../../adapters/supabase/webhook-endpoints.ts';
import { createIdentityRuns } from '../../adapters/temporal/identity-runs.ts';
import { createStillRuns } from '../../adapters/temporal/still-runs.ts';
import { createPainting } from '../../adapters/vision/painting.ts';
import { createVision } from '../../adapters/vision/vision.ts';
import { newApp } from '../../api/app.ts';
import { createMetrics } from '../../api/metrics.ts';
import { expectedTraining } from '../../domain/expected-time.ts';
import { DEFAULT_MEGAPIXEL } from '../../domain/image-units.ts';
import { DEFAULT_SETTINGS } from '../../domain/settings.ts';

/** What this process tells its parent. */
export type ApiNews = { type: 'ready'; url: string } | { type: 'memory'; rss: number };

const NOWHERE = 'http://127.0.0.1:9';
const TENANT = '10000000-0000-4000-8000-000000000001';
const MEMORY_EVERY_MS = 250;

const keyHash = createHash('sha256')
  .update(process.env.LIKENESS_FUZZ_KEY ?? '')
  .digest('hex');
const supabase = createSupabaseClient({ url: NOWHERE, serviceRoleKey: 'none' });
const fal = { credentials: 'none', sandboxUrl: NOWHERE };
const log = pino({ level: 'error' }, pino.destination(2));

const vision = createVision();
const app = newApp({
  ...createTables(supabase),
  keys: {
    principal: async (hash) =>
      hash === keyHash ? { kind: 'key', tenantId: TENANT, keyId: 'fuzz', scopes: ['characters'] } : undefined,
  },
  people: { personOf: async () => 'unknown' },
  books: createBooks(supabase, { defaultCapMicros: 0, identityCapMicros: 0 }),
  files: createFileStore(supabase, { reachableByProvider: false }),
  runs: createIdentityRuns(new Client({ connection: Connection.lazy() })),
  stillRuns: createStillRuns(new Client({ connection: Connection.lazy() }), { atOnce: 1, reconcilePauseMs: 1000 }),
  vision,
  painting: createPainting(),
  webhooks: createWebhookVerifier({ jwksUrl: NOWHERE }),
  endpoints: createWebhookEndpoints(supabase),
  refusalOfAddress: createAddressCheck({ allowPrivate: false }),
  stopping: new AbortController().signal,
  ledger: createLedger(supabase, { defaultCapMicros: 0, identityCapMicros: 0 }),
  imageUnits: createImageUnits(supabase, {
    provider: 'sandbox',
    setting: DEFAULT_MEGAPIXEL,
    learned: () => undefined,
  }),
  models: createModels(FAL_MODELS),
  provider: createFalProvider(fal),
  account: createProviderAccount(supabase, 'sandbox'),
  notifier: createLogNotifier(log),
  publicUrl: undefined,
  relay: createFalRelay(fal),
  corsOrigins: [],
  limits: { requestsPerMinute: Number.MAX_SAFE_INTEGER, openRuns: 0, openBatches: 0 },
  expectTraining: async (trainer, steps) => expectedTraining(trainer, steps, undefined),
  settings: DEFAULT_SETTINGS,
  providerName: 'sandbox',
  webUi: undefined,
  log,
  metrics: createMetrics({
    overview: createOverview(supabase),
    account: () => createProviderAccount(supabase, 'sandbox').state(),
    photos: () => vision.load(),
  }),
  metricsToken: undefined,
  tracing: undefined,
});

const tell = (news: ApiNews) => void process.send?.(news);
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }: AddressInfo) => {
  tell({ type: 'ready', url: `http://127.0.0.1:${port}` });
});
setInterval(() => tell({ type: 'memory', rss: process.memoryUsage().rss }), MEMORY_EVERY_MS).unref();
process.on('disconnect', () => {
  server.close();
  process.exit(0);
});
