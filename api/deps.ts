// What the API is made of, and what every route may rely on.

import type { Logger } from 'pino';
import type { FileStore } from '../activities/ports.ts';
import type { RunSettings } from '../domain/settings.ts';
import type { Books, IdentityRuns, PhotoReader, Principal, Registry, WebhookVerifier } from './ports.ts';

export interface ApiDeps {
  registry: Registry;
  books: Books;
  files: FileStore;
  runs: IdentityRuns;
  photoReader: PhotoReader;
  webhooks: WebhookVerifier;
  /** What a run is started with, before the request's own wishes. */
  settings: RunSettings;
  /** Said in every answer about an identity, so that nobody takes a drawing of the sandbox for a paid picture. */
  provider: 'fal' | 'sandbox';
  /** Where operators look at runs: the Web UI's origin and the namespace. */
  webUi: { url: string; namespace: string } | undefined;
  log: Logger;
}

export interface ApiEnv {
  Variables: {
    requestId: string;
    /** Set by `authenticate` on every /v1 route. */
    principal: Principal;
  };
}
