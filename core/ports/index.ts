// The ports of the product, by name: each use case picks what it needs. adapters/ implements them, and tests replace
// them. Only the composition roots know both.

import type { RunSettings } from '../../domain/settings.ts';
import type { Books } from './books.ts';
import type { Characters } from './characters.ts';
import type { FileStore } from './files.ts';
import type { Identities } from './identities.ts';
import type { ImageUnits } from './image-units.ts';
import type { Keys } from './keys.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import type { Models } from './models.ts';
import type { Notifier } from './notifier.ts';
import type { OpenWork } from './open-work.ts';
import type { Painting } from './painting.ts';
import type { People } from './people.ts';
import type { Photos } from './photos.ts';
import type { Pictures } from './pictures.ts';
import type { Provider } from './provider.ts';
import type { ProviderAccount } from './provider-account.ts';
import type { Rescores } from './rescores.ts';
import type { Retests } from './retests.ts';
import type { IdentityRuns, WorkflowLook } from './runs.ts';
import type { StillRuns } from './still-runs.ts';
import type { Stills } from './stills.ts';
import type { TenantSettings } from './tenant-settings.ts';
import type { TestImages } from './test-images.ts';
import type { Versions } from './versions.ts';
import type { Vision } from './vision.ts';
import type { PendingDelivery, WebhookAnswer, WebhookOutbox } from './webhook-outbox.ts';

export interface Ports {
  keys: Keys;
  characters: Characters;
  photos: Photos;
  pictures: Pictures;
  identities: Identities;
  versions: Versions;
  testImages: TestImages;
  people: People;
  books: Books;
  tenantSettings: TenantSettings;
  retests: Retests;
  rescores: Rescores;
  stills: Stills;
  openWork: OpenWork;
  files: FileStore;
  ledger: Ledger;
  imageUnits: ImageUnits;
  models: Models;
  provider: Provider;
  account: ProviderAccount;
  vision: Vision;
  painting: Painting;
  notifier: Notifier;
  outbox: WebhookOutbox;
  runs: IdentityRuns;
  stillRuns: StillRuns;
  /** Starts the durable delivery of a webhook; once, for concurrent calls. */
  dispatch(deliveryId: string): Promise<void>;
  /** Throws nothing: `unclear` when Temporal did not answer. */
  lookUp(workflowId: string): Promise<WorkflowLook>;
  /** Stops and settles a paid request whose run has ended; once, for concurrent calls. */
  settleLeftover(callKey: string): Promise<void>;
  /** Follows a request of the proxy until it is settled; once, for concurrent calls. */
  followProxyCall(callKey: string): Promise<void>;
  /** One signed POST, never repeated. Throws nothing. */
  postWebhook(delivery: PendingDelivery): Promise<WebhookAnswer>;
  /** The address for the provider's webhooks; undefined: polling only. */
  publicUrl: string | undefined;
  log: Log;
  /** The default settings of a run. */
  settings: RunSettings;
  limits: {
    /** Runs that a tenant may have open at once. */
    openRuns: number;
  };
}
