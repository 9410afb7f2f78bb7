// The world behind the ports, as the settings say.

import type { Logger } from 'pino';
import type { Ports } from '../activities/ports.ts';
import { createFalProvider } from '../adapters/fal/provider.ts';
import { createLogNotifier } from '../adapters/log-notifier.ts';
import { createSupabaseClient } from '../adapters/supabase/client.ts';
import { createFileStore } from '../adapters/supabase/file-store.ts';
import { createIdentityStore } from '../adapters/supabase/identity-store.ts';
import { createLedger } from '../adapters/supabase/ledger.ts';
import { createVision } from '../adapters/vision/vision.ts';
import { MICROS_PER_USD } from '../domain/money.ts';
import type { WorkerConfig } from './config.ts';

export function createPorts(config: WorkerConfig, log: Logger): { ports: Ports; close(): Promise<void> } {
  const { url, serviceRoleKey, reachableByProvider } = config.supabase;
  const client = createSupabaseClient({ url, serviceRoleKey });
  const vision = createVision({ threads: config.visionThreads });
  return {
    ports: {
      store: createIdentityStore(client),
      files: createFileStore(client, { url, storageIsPublic: reachableByProvider }),
      ledger: createLedger(client, { defaultCapMicros: config.monthlyCapUsd * MICROS_PER_USD }),
      provider: createFalProvider(config.fal),
      vision,
      notifier: createLogNotifier(log),
      publicUrl: config.publicUrl,
    },
    close: () => vision.close(),
  };
}
