// The dependencies of the API, and the context of every route.

import type { HttpBindings } from '@hono/node-server';
import type { Logger } from 'pino';
import type { Tracing } from '../adapters/telemetry/tracing.ts';
import type { PayingWorld } from '../core/payments/post-once.ts';
import type { Ports } from '../core/ports/index.ts';
import type { Principal } from '../core/ports/keys.ts';
import type { Painting } from '../core/ports/painting.ts';
import type { Relay } from '../core/ports/relay.ts';
import type { WebhookEndpoints } from '../core/ports/webhook-endpoints.ts';
import type { WebhookVerifier } from '../core/ports/webhook-verifier.ts';
import type { ExpectTraining } from './expected-training.ts';
import type { ApiMetrics } from './metrics.ts';

export interface ApiDeps
  extends PayingWorld,
    Pick<
      Ports,
      | 'keys'
      | 'characters'
      | 'photos'
      | 'pictures'
      | 'identities'
      | 'versions'
      | 'testImages'
      | 'people'
      | 'books'
      | 'models'
      | 'tenantSettings'
      | 'retests'
      | 'rescores'
      | 'stills'
      | 'stillRuns'
      | 'files'
      | 'runs'
      | 'vision'
      | 'settings'
    > {
  painting: Pick<Painting, 'preview'>;
  webhooks: WebhookVerifier;
  endpoints: WebhookEndpoints;
  /** Why a webhook cannot be sent to an address; undefined when it can. */
  refusalOfAddress(url: string): Promise<string | undefined>;
  relay: Relay;
  /** Origins whose pages may call /v1 and /api/fal-proxy from a browser. */
  corsOrigins: readonly string[];
  /** Requests per minute of a key or a person, and open runs and batches of a tenant. */
  limits: { requestsPerMinute: number; openRuns: number; openBatches: number };
  /** The expected time of a training. */
  expectTraining: ExpectTraining;
  /** Part of every answer about an identity, so that a picture of the sandbox is not taken for a paid one. */
  providerName: 'fal' | 'sandbox';
  /** The Web UI for operators: its origin and the namespace. */
  webUi: { url: string; namespace: string } | undefined;
  log: Logger;
  metrics: ApiMetrics;
  /** The token that a scraper of /metrics must send; undefined: only this machine may read it. */
  metricsToken: string | undefined;
  /** Absent while no collector is set. */
  tracing: Tracing | undefined;
  /** Aborted when the process stops: event streams then end, and their clients reconnect to another process. */
  stopping: AbortSignal;
}

export interface ApiEnv {
  /** Of Node's server; absent in a test that needs none. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    /** Names the request in each of its lines. */
    log: Logger;
    /** The workflow of a request whose path does not name it. */
    workflowId?: string;
    /** Set by `authenticate` on every /v1 route. */
    principal: Principal;
    /** The principal of the same credential now; undefined once it is invalid. For requests that stay open. */
    principalNow: () => Promise<Principal | undefined>;
  };
}
