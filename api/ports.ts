// What the routes need of the world: rows, runs, a look at a photo, the word of fal that a webhook is its own.
// Registry, Books, PhotoReader and WebhookVerifier throw `Failure` and nothing else, IdentityRuns throws `RunError` and nothing
// else; a row that is missing is `undefined`.

import type { StoredLora, WorkflowLook } from '../activities/ports.ts';
import type { BudgetUse } from '../domain/budget.ts';
import type { NextStep } from '../domain/decision.ts';
import type { FailedTestImage, IdentityState, TestImage } from '../domain/identity-state.ts';
import type { ObjectRef } from '../domain/keys.ts';
import type { MicroUsd } from '../domain/money.ts';
import type { PictureReading } from '../domain/photo.ts';
import type { PhotoReport, QuarterTurn } from '../domain/photo-findings.ts';
import type { AccountState } from '../domain/provider-account.ts';
import type { CallPurpose, ProviderCall, ProviderCallState } from '../domain/provider-call.ts';
import type { Scope } from '../domain/scopes.ts';
import type { ImageScore, ScoreSummary } from '../domain/score.ts';
import type { Stage } from '../domain/stage.ts';
import type { RetestState } from '../domain/steps.ts';
import type { Subject } from '../domain/subject.ts';
import type { TestType } from '../domain/test-suite.ts';
import type { DeliveryState, WebhookEvent } from '../domain/webhook.ts';
import type {
  ApproveMessage,
  CallSettlement,
  DecisionMessage,
  PrepareIdentityInput,
  RetestIdentityInput,
} from '../workflows/messages.ts';

/** Who asks, for which tenant, and what they may do. */
export type Principal = { tenantId: string; scopes: readonly Scope[] } & (
  | { kind: 'key'; keyId: string }
  | { kind: 'person'; userId: string }
);

/** What a new key may do, and until when (ISO time; for ever without one). */
export interface KeyGrant {
  tenantId: string;
  name: string;
  scopes: readonly Scope[];
  expiresAt?: string | undefined;
}

/** People, by the access tokens of the tenant's users. Throws `Failure` and nothing else. */
export interface People {
  /** Who a token is of. `unknown`: not signed by us, expired or not for us; `no_tenant`: truly of one of our users. */
  personOf(token: string): Promise<Principal | 'unknown' | 'no_tenant'>;
}

export interface CharacterRow {
  id: string;
  tenantId: string;
  name: string;
  /** What its next identity is begun as. */
  subject: Subject;
  createdAt: string;
  /** The identity that production uses, with what it was begun as. */
  ready:
    | {
        identityId: string;
        version: number;
        lora: ObjectRef;
        loraSha256: string;
        referenceStrength: number;
        subject: Subject | undefined;
      }
    | undefined;
  /** The newest identity of the character, whatever its stage. */
  newest: { identityId: string; stage: Stage } | undefined;
}

export interface PhotoRow {
  id: string;
  tenantId: string;
  characterId: string;
  object: ObjectRef;
  sourceSha256: string;
  width: number;
  height: number;
  report: PhotoReport;
  createdAt: string;
}

export interface IdentityRow {
  id: string;
  tenantId: string;
  characterId: string;
  stage: Stage;
  requestHash: string;
  photoIds: string[];
  /** The accepted ones, which it is trained on and scored against, once they are known, and of them the one not trained on. */
  referencePhotoIds: string[] | undefined;
  heldOut: string | undefined;
  /** What was asked for at the start; `referenceStrength` is what counts now. */
  startStrength: number;
  referenceStrength: number;
  trainingSteps: number;
  /** What the character was at the start; undefined for one that was begun without a class noun. */
  subject: Subject | undefined;
  version: number | undefined;
  /** Of the newest scored round. */
  scores: ScoreSummary | undefined;
  closeReason: string | undefined;
  createdAt: string;
  closedAt: string | undefined;
}

export interface NewIdentity
  extends Pick<IdentityRow, 'id' | 'tenantId' | 'characterId' | 'requestHash' | 'referenceStrength' | 'trainingSteps'> {
  /** All of the character when absent. */
  photoIds?: string[] | undefined;
}

/** What a start has to keep to. */
export interface StartLimits {
  minPhotos: number;
  maxPhotos: number;
  /** Of the tenant, at once. */
  openRuns: number;
  /** What the run will likely cost, and what may be spent. */
  wanted: MicroUsd;
  caps: Caps;
}

/** Nothing was written: the photos, the budget or the number of open runs refuse it. */
export interface StartRefused {
  identity?: never;
  /** All photos of the character, in the order of upload. */
  photoIds: string[];
  month: MonthBudget;
}

export interface TestImageRow {
  id: string;
  identityId: string;
  round: number;
  type: TestType;
  strength: number;
  object: ObjectRef;
  /** Once it is scored. */
  score: ImageScore | undefined;
}

/** A test on request. */
export interface RetestRow {
  id: string;
  identityId: string;
  /** Counts the tests of the identity from 1. */
  number: number;
  types: TestType[];
  strength: number;
  state: RetestState;
  /** The sum-up, once its images are scored. */
  scores: ScoreSummary | undefined;
  failedImages: FailedTestImage[];
  /** Those that are there already. */
  images: TestImage[];
  /** The ledger keys of those whose payment is unclear. */
  unclearCalls: string[];
  /** Why it did not end well. */
  closeReason: string | undefined;
  createdAt: string;
  closedAt: string | undefined;
}

/** Tests on request, each bound to its tenant. */
export interface Retests {
  /**
   * The test that the id stands for, written down once. While another one of the identity runs, that one is answered.
   * `Internal` when the identity is not ready, NotFound when it is not this tenant's.
   */
  open(
    tenantId: string,
    identityId: string,
    id: string,
    types: readonly TestType[],
  ): Promise<{ retest: RetestRow; photoIds: string[]; heldOut: string | undefined }>;
  /** Whether the id stands for a test already. */
  isKnown(tenantId: string, id: string): Promise<boolean>;
  /** The newest `limit` of the identity, newest first. */
  list(tenantId: string, identityId: string, limit: number): Promise<RetestRow[]>;
  /** The nth of the identity, without its images. */
  find(tenantId: string, identityId: string, number: number): Promise<RetestRow | undefined>;
  /** Of all identities of the tenant, newest first, without their images. */
  page(tenantId: string, filter: { state?: RetestState | undefined }, page: PageRequest): Promise<Page<RetestRow>>;
}

export interface Spend {
  /** Reserved by calls that have not ended. */
  reserved: MicroUsd;
  charged: MicroUsd;
}

/** A paid request whose fate an operator has to find out, as far as the ledger knows it. */
export interface UnclearCall {
  key: string;
  purpose: CallPurpose;
  endpoint: string;
  estimate: MicroUsd;
  /** ISO time. */
  postedAt: string;
  attempts: number;
  /** Why it is unclear. */
  reason: string | undefined;
}

export interface Page<T> {
  items: T[];
  /** Opaque; absent on the last page. */
  nextCursor?: string;
}

export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

/** Rows for the API. Every method is bound to a tenant: what belongs to another one does not exist. */
export interface Registry {
  /**
   * Who a key (its SHA-256, hex) belongs to; undefined for unknown, revoked and expired keys. That it was used is written
   * down once a minute, without anybody waiting for it.
   */
  principal(keyHash: string): Promise<Principal | undefined>;
  /** A person, when nothing else is said. */
  createCharacter(tenantId: string, name: string, subject?: Subject): Promise<CharacterRow>;
  /**
   * What the character is from now on. False, and nothing is changed, while an identity of it is open that was begun as
   * something else; undefined when there is no such character.
   */
  setSubject(tenantId: string, characterId: string, subject: Subject): Promise<boolean | undefined>;
  characters(tenantId: string, page: PageRequest): Promise<Page<CharacterRow>>;
  character(tenantId: string, characterId: string): Promise<CharacterRow | undefined>;
  addPhoto(photo: Omit<PhotoRow, 'createdAt'>): Promise<PhotoRow>;
  /** In the order of upload. */
  photosOf(tenantId: string, characterId: string): Promise<PhotoRow[]>;
  photo(tenantId: string, photoId: string): Promise<PhotoRow | undefined>;
  /** Answers the removed row, so that its file can follow. */
  removePhoto(tenantId: string, photoId: string): Promise<PhotoRow | undefined>;
  /**
   * Writes the row once, if the limits allow it: the same id again answers the row that is there, whatever they say by
   * now. Two at once can't both be the last that is allowed. Undefined when there is no such character.
   */
  openIdentity(
    identity: NewIdentity,
    limits: StartLimits,
  ): Promise<{ identity: IdentityRow } | StartRefused | undefined>;
  identity(tenantId: string, identityId: string): Promise<IdentityRow | undefined>;
  identities(
    tenantId: string,
    filter: { stage?: Stage | undefined; characterId?: string | undefined },
    page: PageRequest,
  ): Promise<Page<IdentityRow>>;
  testImages(tenantId: string, identityId: string, round?: number): Promise<TestImageRow[]>;
  testImage(tenantId: string, imageId: string): Promise<TestImageRow | undefined>;
  spend(tenantId: string, identityId: string): Promise<Spend>;
  /** Whether our account at the provider works, as far as the workers know. */
  accountState(provider: 'fal' | 'sandbox'): Promise<AccountState>;
  /** The paid call that a webhook's token names; not bound to a tenant, because the token is the authority. */
  callByToken(token: string): Promise<ProviderCall | undefined>;
  /**
   * Writes the request id into a call that has none, as a webhook tells it. False when the call got another one
   * meanwhile or has gone on, and when the request is that of another call; the same again is true again.
   */
  adoptRequest(call: ProviderCall, requestId: string): Promise<boolean>;
  /** A request that this tenant made through the proxy. */
  proxyCall(tenantId: string, endpoint: string, requestId: string): Promise<ProviderCall | undefined>;
  /** The LoRA of an identity that a person approved; undefined for any other. */
  approvedLora(tenantId: string, identityId: string): Promise<StoredLora | undefined>;
  /** Those of these calls that the ledger has, in the order of the keys. */
  callsOf(tenantId: string, identityId: string, keys: readonly string[]): Promise<UnclearCall[]>;
}

/** What the settings allow: a tenant in a month, unless it has a cap of its own, and all requests of one identity. */
export interface Caps {
  month: MicroUsd;
  identity: MicroUsd;
}

/** This month's use of a tenant's budget. */
export interface MonthBudget extends BudgetUse {
  /** `2026-11`, by UTC. */
  month: string;
  /** Whether the cap is the tenant's own; else it is the one in the settings. */
  ownCap: boolean;
  /** What all requests of one identity may cost together. */
  identityCap: MicroUsd;
}

/** A row of the ledger as its tenant may see it: never with its token, its body or its result. */
export interface LedgerEntry {
  id: string;
  key: string;
  /** Undefined for what an app asked for through the proxy. */
  identityId: string | undefined;
  purpose: CallPurpose;
  endpoint: string;
  state: ProviderCallState;
  /** How often it was posted. */
  attempts: number;
  /** The month whose budget it draws on. */
  month: string;
  estimate: MicroUsd;
  charged: MicroUsd | undefined;
  requestId: string | undefined;
  /** Whether the provider's content checker was on; undefined where it has none, and before the request was posted. */
  safetyChecker: boolean | undefined;
  reason: string | undefined;
  createdAt: string;
}

/** What a tenant has spent and may spend. */
export interface Books {
  readonly caps: Caps;
  budget(tenantId: string): Promise<MonthBudget>;
  /** Holds from now on, in this month and the next ones; null goes back to the settings. */
  setMonthlyCap(tenantId: string, cap: MicroUsd | null): Promise<void>;
  /** Newest first. */
  entries(
    tenantId: string,
    filter: { identityId?: string | undefined; state?: ProviderCallState | undefined },
    page: PageRequest,
  ): Promise<Page<LedgerEntry>>;
}

/** What a tenant has set for itself; every change is kept with who made it. */
export interface TenantSettings {
  read(tenantId: string): Promise<{
    /** Whether the provider's content checker looks at what is drawn. */
    safetyChecker: boolean;
    /** Newest first. */
    changes: { safetyChecker: boolean; reason: string | undefined; by: string; at: string }[];
  }>;
  setSafetyChecker(tenantId: string, change: { on: boolean; by: string; reason: string | undefined }): Promise<void>;
}

/** All tenants together, for operators: no tenant sees it. */
export interface Overview {
  /** How many identities are in each stage, by their rows. */
  stages: Partial<Record<Stage, number>>;
  /** How many tests on request are open, by state. */
  tests: Partial<Record<RetestState, number>>;
  /** Paid requests whose fate is unclear although their run or test has ended. */
  unclearCalls: number;
  /** Of this month. */
  reserved: MicroUsd;
  charged: MicroUsd;
}

/** A tenant's receiver of webhooks. */
export interface EndpointRow {
  id: string;
  url: string;
  events: WebhookEvent[];
  createdAt: string;
  /** Since when nothing is sent to it, because it answered that it is gone. */
  disabledAt: string | undefined;
}

/** What became of one webhook to one receiver. */
export interface DeliveryRow {
  /** Also the webhook-id that the receiver sees. */
  id: string;
  endpointId: string;
  event: WebhookEvent;
  state: DeliveryState;
  attempts: number;
  /** Of the last try: the receiver's answer, or why there was none. */
  lastStatus: number | undefined;
  lastError: string | undefined;
  lastAttemptAt: string | undefined;
  createdAt: string;
}

/** The tenants' receivers, and the log of what was sent to them. */
export interface WebhookEndpoints {
  /** The one answer that ever holds the secret. Undefined, and nothing written, when the tenant has too many already. */
  create(
    tenantId: string,
    url: string,
    events: readonly WebhookEvent[],
  ): Promise<(EndpointRow & { secret: string }) | undefined>;
  /** Newest first. */
  list(tenantId: string): Promise<EndpointRow[]>;
  find(tenantId: string, endpointId: string): Promise<EndpointRow | undefined>;
  /** With its deliveries. Whether there was one. */
  remove(tenantId: string, endpointId: string): Promise<boolean>;
  /** Newest first. */
  deliveries(tenantId: string, endpointId: string, page: PageRequest): Promise<Page<DeliveryRow>>;
  delivery(tenantId: string, deliveryId: string): Promise<DeliveryRow | undefined>;
  /** Makes the delivery one that was never tried. */
  restart(tenantId: string, deliveryId: string): Promise<DeliveryRow>;
}

/** A decision that has an id, as all that the API sends on. */
type NamedDecision = ApproveMessage & { decisionId: string };

/** The durable runs. A message that came through is durable; whether it counts is the run's to say. */
export interface IdentityRuns {
  /** Starts the run; nothing happens when this identity's run was started before. */
  start(run: PrepareIdentityInput): Promise<void>;
  /** The state of a run that is open; `gone` when it is not. */
  state(identityId: string): Promise<IdentityState>;
  /** The last state of a run, open or not, while Temporal keeps it. */
  lastState(identityId: string): Promise<IdentityState>;
  /** What Temporal knows of a workflow. Throws nothing. */
  lookUp(workflowId: string): Promise<WorkflowLook>;
  /** Has open rows without a workflow closed, soon; one sweep, however often it is asked for at a time. */
  sweepSoon(): Promise<void>;
  /**
   * These three send a decision. The same again, of this round and id, is no error, whatever stage the run has come to
   * since. With another verdict it is refused: at once by `decide`, in the state of the run by the others.
   */
  approve(identityId: string, message: NamedDecision): Promise<void>;
  reject(identityId: string, message: NamedDecision & { next: NextStep }): Promise<void>;
  /** Answers the state in which the decision counts. */
  decide(identityId: string, decision: DecisionMessage): Promise<IdentityState>;
  replacePhotos(identityId: string, photoIds: string[]): Promise<IdentityState>;
  /** Tells whoever waits for the call; answers their state. */
  settleCall(identityId: string, settlement: CallSettlement): Promise<IdentityState>;
  /** The same to what settles a request whose run has ended; it is begun for it, when it is not there. */
  settleLeftoverCall(settlement: CallSettlement): Promise<void>;
  cancelRetest(identityId: string, number: number): Promise<void>;
  /** Starts a test on request; nothing happens when it was started before. */
  startRetest(retest: RetestIdentityInput): Promise<void>;
  /** Has an identity scored again; once, however often it is asked for at a time. */
  startRescore(identity: Pick<IdentityRow, 'id' | 'tenantId' | 'characterId'>): Promise<void>;
  /** The hint that a paid request may have ended or is known now, to whoever waits for it. */
  trainingSettled(call: { key: string; identityId: string }, requestId: string): Promise<void>;
  /** Has a paid request stopped and settled whose run has ended; once, however often it is asked for at a time. */
  settleLeftover(callKey: string): Promise<void>;
  /** Has a request of the proxy followed until it is settled; once, however often it is asked for at a time. */
  followProxyCall(callKey: string): Promise<void>;
  cancel(identityId: string): Promise<void>;
  /** Has a webhook delivered at once, whether or not that is under way or was done. */
  redeliver(deliveryId: string): Promise<void>;
  /** Throws when Temporal cannot be reached. */
  ping(): Promise<void>;
}

export interface PreparedPhoto {
  reading: PictureReading;
  /** What to keep of a readable photo: encoded anew, without metadata. `sha256` is of these bytes, hex. */
  stored?: { bytes: Uint8Array; width: number; height: number; sha256: string };
}

export interface PhotoReader {
  /** A bad file is an unreadable picture, not an error. */
  prepare(bytes: Uint8Array, signal: AbortSignal, turnBy?: QuarterTurn): Promise<PreparedPhoto>;
  /** The reading alone. */
  read(bytes: Uint8Array, signal: AbortSignal): Promise<PictureReading>;
}

/** A stream tells every change until the job has ended. */
export type RelayedLook =
  | 'status'
  | 'status_with_logs'
  | 'status_stream'
  | 'status_stream_with_logs'
  | 'result'
  | 'cancel';

/** A look at a request, answered as the provider answers it. Throws Failure when it does not, or refuses our account. */
export type Relay = (
  look: RelayedLook,
  call: { endpoint: string; requestId: string },
  signal: AbortSignal,
) => Promise<Response>;

export interface WebhookVerifier {
  /** `stale`: truly signed by fal, but longer ago than its own limit allows. */
  verify(headers: Headers, rawBody: Uint8Array): Promise<'valid' | 'stale' | 'invalid'>;
}
