// The API's process: reads the environment, composes the adapters, listens, and finishes open requests before it stops.

import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { createModels } from '../adapters/create-models.ts';
import { falHosts } from '../adapters/fal/hosts.ts';
import { FAL_MODELS } from '../adapters/fal/models/index.ts';
import { createFalProvider } from '../adapters/fal/provider.ts';
import { createFalRelay } from '../adapters/fal/relay.ts';
import { createWebhookVerifier } from '../adapters/fal/webhook.ts';
import { createLogNotifier, createMegapixelLog } from '../adapters/log-notifier.ts';
import { createAddressCheck } from '../adapters/outbound/address-rules.ts';
import { isReachableFromInternet } from '../adapters/outbound/reachable-host.ts';
import { createBooks } from '../adapters/supabase/books.ts';
import { createSupabaseClient } from '../adapters/supabase/client.ts';
import { createFileStore } from '../adapters/supabase/file-store.ts';
import { createImageUnits } from '../adapters/supabase/image-units.ts';
import { createLedger } from '../adapters/supabase/ledger.ts';
import { createOverview } from '../adapters/supabase/overview.ts';
import { createPeople } from '../adapters/supabase/people.ts';
import { createProviderAccount } from '../adapters/supabase/provider-account.ts';
import { createTables } from '../adapters/supabase/tables.ts';
import { createTrainingPace } from '../adapters/supabase/training-pace.ts';
import { createWebhookEndpoints } from '../adapters/supabase/webhook-endpoints.ts';
import { createLog } from '../adapters/telemetry/log.ts';
import { measuredProvider } from '../adapters/telemetry/measured-provider.ts';
import { startTracing } from '../adapters/telemetry/start-tracing.ts';
import { createIdentityRuns } from '../adapters/temporal/identity-runs.ts';
import { createStillRuns } from '../adapters/temporal/still-runs.ts';
import { checkModels } from '../adapters/vision/model-files.ts';
import { createPainting } from '../adapters/vision/painting.ts';
import { createVision } from '../adapters/vision/vision.ts';
import { newApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { createExpectTraining } from './expected-training.ts';
import { keepAnswers } from './keep-answers.ts';
import { createMetrics } from './metrics.ts';

/** Milliseconds that open requests have to finish after the stop signal. */
const STOP_MS = 10_000;
const DEFAULT_NAMESPACE = 'default';
/** Milliseconds that a key may still work after it was revoked (docs/keys.md). */
const KEY_KEPT_MS = 5000;
/** One kilobyte each. */
const KEYS_KEPT = 10_000;

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog('api', config.secrets);
  const tracing = await startTracing('likeness-api', config.traceCollector);
  const providerName = config.fal.sandboxUrl === undefined ? 'fal' : 'sandbox';
  const { connectionOptions, namespace = DEFAULT_NAMESPACE } = loadClientConnectConfig();
  // Lazy: the API starts before Temporal does, and /readyz shows when both are reachable.
  const connection = Connection.lazy(connectionOptions);
  const supabase = createSupabaseClient(config.supabase);
  await checkModels().catch((cause: Error) => {
    throw new ConfigError([cause.message]);
  });
  const vision = createVision();
  const tables = createTables(supabase);
  const keys = { principal: keepAnswers(tables.keys.principal, { forMs: KEY_KEPT_MS, most: KEYS_KEPT }) };
  const stopping = new AbortController();
  const caps = { defaultCapMicros: config.caps.month, identityCapMicros: config.caps.identity };
  const account = createProviderAccount(supabase, providerName);
  const metrics = createMetrics({
    overview: createOverview(supabase),
    account: () => account.state(),
    photos: () => vision.load(),
  });
  const temporal = new Client({ connection, namespace, ...(tracing && { plugins: [tracing.temporal] }) });
  const stillRuns = createStillRuns(temporal, {
    atOnce: config.stillsAtOnce,
    reconcilePauseMs: config.settings.reconcilePauseMs,
  });
  const shared = {
    ...tables,
    books: createBooks(supabase, caps),
    files: createFileStore(supabase, {
      reachableByProvider: config.supabase.reachableByProvider ?? isReachableFromInternet(config.supabase.url),
    }),
    imageUnits: createImageUnits(supabase, {
      provider: providerName,
      setting: config.megapixel,
      learned: createMegapixelLog(log, providerName),
    }),
    models: createModels(FAL_MODELS),
  };
  const app = newApp({
    ...shared,
    keys,
    people: createPeople(config.supabase),
    runs: createIdentityRuns(temporal),
    vision,
    painting: createPainting(),
    webhooks: createWebhookVerifier({ jwksUrl: falHosts(config.fal.sandboxUrl).jwksUrl }),
    endpoints: createWebhookEndpoints(supabase),
    refusalOfAddress: createAddressCheck({ allowPrivate: config.webhooksAllowPrivate }),
    corsOrigins: config.corsOrigins,
    limits: config.limits,
    ledger: createLedger(supabase, caps),
    provider: measuredProvider(createFalProvider(config.fal), { ended: metrics.provider, tracing }),
    account,
    notifier: createLogNotifier(log),
    publicUrl: config.publicUrl,
    relay: createFalRelay(config.fal),
    expectTraining: createExpectTraining(createTrainingPace(supabase, providerName)),
    settings: config.settings,
    providerName,
    webUi: config.webUiUrl === undefined ? undefined : { url: config.webUiUrl, namespace },
    log,
    metrics,
    metricsToken: config.metricsToken,
    stillRuns,
    tracing,
    stopping: stopping.signal,
  });

  const server = serve({ fetch: app.fetch, hostname: config.host, port: config.port }, ({ port }) => {
    const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
    log.info({ url, provider: providerName }, 'the API listens');
    process.send?.({ type: 'ready', url });
  }) as Server;
  server.on('error', (error) => {
    log.error({ err: error }, 'the API cannot listen: choose another LIKENESS_API_PORT, or 0 for any free one');
    process.exit(1);
  });

  async function stop(): Promise<void> {
    if (stopping.signal.aborted) return;
    stopping.abort();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    const patience = setTimeout(() => server.closeAllConnections(), STOP_MS);
    await closed;
    clearTimeout(patience);
    await Promise.all([vision.close(), connection.close(), tracing?.close()]);
    process.exit(0);
  }
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // Without its parent, this process could not be stopped.
  process.on('disconnect', stop);
}

try {
  await start();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
