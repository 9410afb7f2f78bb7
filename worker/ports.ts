// The world behind the ports, as the settings say.

import type { Logger } from 'pino';
import type { Ports } from '../activities/ports.ts';
import { createFalProvider } from '../adapters/fal/provider.ts';
import { createLogNotifier } from '../adapters/log-notifier.ts';
import { createSupabaseClient } from '../adapters/supabase/client.ts';
import { createFileStore } from '../adapters/supabase/file-store.ts';
import { createIdentityStore } from '../adapters/supabase/identity-store.ts';
import { createLedger } from '../adapters/supabase/ledger.ts';
import { createProviderAccount } from '../adapters/supabase/provider-account.ts';
import { createVision } from '../adapters/vision/vision.ts';
import { Failure } from '../domain/failure.ts';
import type { WorkerConfig } from './config.ts';

export function createPorts(config: WorkerConfig, log: Logger): { ports: Ports; close(): Promise<void> } {
  const { url, serviceRoleKey, reachableByProvider } = config.supabase;
  const client = createSupabaseClient({ url, serviceRoleKey });
  // A network of its own in every thread: only who looks at pictures pays for it.
  const vision = config.roles.includes('vision') ? createVision({ threads: config.visionThreads }) : noVision;
  return {
    ports: {
      store: createIdentityStore(client),
      files: createFileStore(client, { url, storageIsPublic: reachableByProvider }),
      ledger: createLedger(client, { defaultCapMicros: config.caps.month, identityCapMicros: config.caps.identity }),
      provider: createFalProvider(config.fal),
      account: createProviderAccount(client, config.fal.sandboxUrl === undefined ? 'fal' : 'sandbox'),
      vision,
      notifier: createLogNotifier(log),
      publicUrl: config.publicUrl,
    },
    close: () => vision.close(),
  };
}

const noVision = {
  async read(): Promise<never> {
    throw new Failure('Internal', 'This worker has no vision role: add it to LIKENESS_ROLES.');
  },
  async close(): Promise<void> {},
};
