// The adapters behind the ports, by the settings.

import { getClient } from '@temporalio/activity';
import type { Logger } from 'pino';
import type { StepPorts } from '../activities/create-activities.ts';
import { createModels } from '../adapters/create-models.ts';
import { FAL_MODELS } from '../adapters/fal/models/index.ts';
import { createFalProvider } from '../adapters/fal/provider.ts';
import { createLogNotifier, createMegapixelLog } from '../adapters/log-notifier.ts';
import { createWebhookPost } from '../adapters/outbound/post-webhook.ts';
import { isReachableFromInternet } from '../adapters/outbound/reachable-host.ts';
import { createBooks } from '../adapters/supabase/books.ts';
import { createSupabaseClient } from '../adapters/supabase/client.ts';
import { createFileStore } from '../adapters/supabase/file-store.ts';
import { createImageUnits } from '../adapters/supabase/image-units.ts';
import { createLedger } from '../adapters/supabase/ledger.ts';
import { createOpenWork } from '../adapters/supabase/open-work.ts';
import { createOutbox } from '../adapters/supabase/outbox.ts';
import { createProviderAccount } from '../adapters/supabase/provider-account.ts';
import { createTables } from '../adapters/supabase/tables.ts';
import { measuredProvider, type ProviderWatch } from '../adapters/telemetry/measured-provider.ts';
import { lookUpWorkflow } from '../adapters/temporal/look-up-workflow.ts';
import { createPainting } from '../adapters/vision/painting.ts';
import { createVision, type VisionLoad } from '../adapters/vision/vision.ts';
import { Failure } from '../domain/failure.ts';
import {
  DELIVER_WEBHOOK,
  deliveryStart,
  followStart,
  leftoverStart,
  SETTLE_LEFTOVER,
  SETTLE_PROXY_CALL,
} from '../workflows/messages.ts';
import type { WorkerConfig } from './config.ts';

export interface World {
  ports: StepPorts;
  /** Undefined without the vision role. */
  pictures(): VisionLoad | undefined;
  close(): Promise<void>;
}

export function createPorts(config: WorkerConfig, log: Logger, watch: ProviderWatch): World {
  const { url, serviceRoleKey, reachableByProvider } = config.supabase;
  const client = createSupabaseClient({ url, serviceRoleKey });
  const provider = config.fal.sandboxUrl === undefined ? 'fal' : 'sandbox';
  // Every thread loads its own networks, so threads start only with the vision role.
  const vision = config.roles.includes('vision') ? createVision({ threads: config.visionThreads }) : noVision;
  return {
    ports: {
      ...createTables(client),
      openWork: createOpenWork(client),
      files: createFileStore(client, { reachableByProvider: reachableByProvider ?? isReachableFromInternet(url) }),
      books: createBooks(client, { defaultCapMicros: config.caps.month, identityCapMicros: config.caps.identity }),
      ledger: createLedger(client, { defaultCapMicros: config.caps.month, identityCapMicros: config.caps.identity }),
      imageUnits: createImageUnits(client, {
        provider,
        setting: config.megapixel,
        learned: createMegapixelLog(log, provider),
      }),
      models: createModels(FAL_MODELS),
      provider: measuredProvider(createFalProvider(config.fal), watch),
      account: createProviderAccount(client, provider),
      vision,
      painting: createPainting(),
      notifier: createLogNotifier(log),
      outbox: createOutbox(client),
      dispatch: async (deliveryId) =>
        void (await getClient().workflow.start(DELIVER_WEBHOOK, deliveryStart(deliveryId))),
      lookUp: (workflowId) => lookUpWorkflow(getClient(), workflowId),
      settleLeftover: async (callKey) =>
        void (await getClient().workflow.start(SETTLE_LEFTOVER, leftoverStart(callKey))),
      followProxyCall: async (callKey) =>
        void (await getClient().workflow.start(SETTLE_PROXY_CALL, followStart(callKey))),
      postWebhook: createWebhookPost({ allowPrivate: config.webhooksAllowPrivate }),
      publicUrl: config.publicUrl,
    },
    pictures: () => vision.load(),
    close: () => vision.close(),
  };
}

async function noReading(): Promise<never> {
  throw new Failure('Internal', 'This worker has no vision role: add it to LIKENESS_ROLES.');
}

const noVision = {
  read: noReading,
  readFrame: noReading,
  load: () => undefined,
  async close(): Promise<void> {},
};
