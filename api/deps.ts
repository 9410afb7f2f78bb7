// What the API is made of, and what every route may rely on.

import type { HttpBindings } from '@hono/node-server';
import type { Logger } from 'pino';
import type { Tracing } from '../adapters/telemetry/tracing.ts';
import type { PayingWorld } from '../core/payments/post-once.ts';
import type { Ports } from '../core/ports/index.ts';
import type { Principal } from '../core/ports/keys.ts';
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
      | 'identities'
      | 'versions'
      | 'testImages'
      | 'people'
      | 'books'
      | 'models'
      | 'tenantSettings'
      | 'retests'
      | 'rescores'
      | 'files'
      | 'runs'
      | 'vision'
      | 'settings'
    > {
  webhooks: WebhookVerifier;
  endpoints: WebhookEndpoints;
  /** Why a webhook cannot be sent to an address; undefined when it can. */
  refusalOfAddress(url: string): Promise<string | undefined>;
  relay: Relay;
  /** Origins whose pages may call /v1 and /api/fal-proxy from a browser. */
  corsOrigins: readonly string[];
  /** Requests that a key or a person may make in a minute, and runs that a tenant may have open at once. */
  limits: { requestsPerMinute: number; openRuns: number };
  /** How long a training will take. */
  expectTraining: ExpectTraining;
  /** Said in every answer about an identity, so that nobody takes a drawing of the sandbox for a paid picture. */
  providerName: 'fal' | 'sandbox';
  /** Where operators look at runs: the Web UI's origin and the namespace. */
  webUi: { url: string; namespace: string } | undefined;
  log: Logger;
  metrics: ApiMetrics;
  /** What a scraper of /metrics has to send; undefined: only this machine may ask. */
  metricsToken: string | undefined;
  /** Absent while no collector is set. */
  tracing: Tracing | undefined;
  /** Aborted when the process stops: event streams end then, and their clients connect elsewhere. */
  stopping: AbortSignal;
}

export interface ApiEnv {
  /** Of Node's server; absent in a test that needs none. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    /** Names the request in each of its lines. */
    log: Logger;
    /** The run that a request is about, where its path does not name it. */
    workflowId?: string;
    /** Set by `authenticate` on every /v1 route. */
    principal: Principal;
    /** Who the same credential is of by now; undefined once it opens nothing any more. Asked by what outlives a request. */
    principalNow: () => Promise<Principal | undefined>;
  };
}
