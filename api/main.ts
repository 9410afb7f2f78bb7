// The API as a process: reads the environment, joins the adapters, listens, and stops without cutting anyone off.

import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import pino from 'pino';
import { falHosts } from '../adapters/fal/hosts.ts';
import { createWebhookVerifier } from '../adapters/fal/webhook.ts';
import { createBooks } from '../adapters/supabase/books.ts';
import { createSupabaseClient } from '../adapters/supabase/client.ts';
import { createFileStore } from '../adapters/supabase/file-store.ts';
import { createRegistry } from '../adapters/supabase/registry.ts';
import { createVision } from '../adapters/vision/vision.ts';
import { newApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { createIdentityRuns } from './temporal-runs.ts';

/** Milliseconds that open requests have to finish after the signal to stop. */
const STOP_MS = 10_000;
const DEFAULT_NAMESPACE = 'default';

function start(): void {
  const config = readConfig(process.env);
  const log = pino({ name: 'api' });
  const { connectionOptions, namespace = DEFAULT_NAMESPACE } = loadClientConnectConfig();
  // Lazy: the API comes up before Temporal does, and /readyz tells when both are there.
  const connection = Connection.lazy(connectionOptions);
  const supabase = createSupabaseClient(config.supabase);
  const vision = createVision();
  const app = newApp({
    registry: createRegistry(supabase),
    books: createBooks(supabase, {
      defaultCapMicros: config.caps.month,
      identityCapMicros: config.caps.identity,
    }),
    files: createFileStore(supabase, { url: config.supabase.url }),
    runs: createIdentityRuns(new Client({ connection, namespace })),
    photoReader: vision,
    webhooks: createWebhookVerifier({ jwksUrl: falHosts(config.sandboxUrl).jwksUrl }),
    settings: config.settings,
    provider: config.sandboxUrl === undefined ? 'fal' : 'sandbox',
    webUi: config.webUiUrl === undefined ? undefined : { url: config.webUiUrl, namespace },
    log,
  });

  const server = serve({ fetch: app.fetch, hostname: config.host, port: config.port }, ({ port }) => {
    const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
    log.info({ url, provider: config.sandboxUrl === undefined ? 'fal' : 'sandbox' }, 'the API listens');
    process.send?.({ type: 'ready', url });
  }) as Server;
  server.on('error', (error) => {
    log.error({ err: error }, 'the API cannot listen: choose another LIKENESS_API_PORT, or 0 for any free one');
    process.exit(1);
  });

  let stopping = false;
  async function stop(): Promise<void> {
    if (stopping) return;
    stopping = true;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    const patience = setTimeout(() => server.closeAllConnections(), STOP_MS);
    await closed;
    clearTimeout(patience);
    await Promise.all([vision.close(), connection.close()]);
    process.exit(0);
  }
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // A parent that is gone can't stop us any more.
  process.on('disconnect', stop);
}

try {
  start();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
