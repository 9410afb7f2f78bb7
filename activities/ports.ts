// What the steps of a run need of the world. Each port is small, and says what it promises; adapters/ keeps the
// promises, tests stand in for them. Every method throws `Failure` and nothing else.

import type { ProviderProblem } from '../domain/failure.ts';
import type { DecisionRecord } from '../domain/identity-state.ts';
import type { KnownMegapixel } from '../domain/image-units.ts';
import type { Bucket, ObjectRef } from '../domain/keys.ts';
import type { MicroUsd } from '../domain/money.ts';
import type { WorkflowStatus } from '../domain/orphan.ts';
import type { PictureReading } from '../domain/photo.ts';
import type { PhotoReport } from '../domain/photo-findings.ts';
import type { AccountState, LockKind } from '../domain/provider-account.ts';
import type { CallPurpose, ProviderCall } from '../domain/provider-call.ts';
import type { KeptScores, Rescore, RescoredSet } from '../domain/rescore.ts';
import type { ImageScore, ScoreSummary } from '../domain/score.ts';
import type { EndStage, Stage } from '../domain/stage.ts';
import type { RetestEnd, RetestState, RunNotice } from '../domain/steps.ts';
import type { TestSuite, TestType } from '../domain/test-suite.ts';
import type { DeliveryState, WebhookBody, WebhookEvent } from '../domain/webhook.ts';

/** The rows that outlive a run. Every method is bound to the tenant and safe to call twice. */
export interface IdentityStore {
  savePhotoReports(tenantId: string, reports: readonly PhotoReport[]): Promise<void>;
  /** Those of the photos that the character has, in the order asked for. What is no id at all is left out too. */
  photosOf(tenantId: string, characterId: string, photoIds: readonly string[]): Promise<StoredPhoto[]>;
  /** The stored photos, in the order asked for; NotFound names the missing one. */
  photos(tenantId: string, photoIds: readonly string[]): Promise<StoredPhoto[]>;
  /** The coarse stage, for lists and for answers while no worker runs. */
  saveStage(tenantId: string, identityId: string, stage: Stage): Promise<void>;
  /** The photos that the identity is trained on and scored against, and of them the one that the training does not see. */
  saveReferences(
    tenantId: string,
    identityId: string,
    photoIds: readonly string[],
    heldOut: string | undefined,
  ): Promise<void>;
  saveArchive(tenantId: string, identityId: string, archive: ObjectRef): Promise<void>;
  saveLora(tenantId: string, identityId: string, lora: StoredLora): Promise<void>;
  lora(tenantId: string, identityId: string): Promise<StoredLora>;
  /** Whether the provider's content checker is to look at what is drawn for the tenant. */
  safetyChecker(tenantId: string): Promise<boolean>;
  /** Keeps the id of an image that was already saved for this identity, round, type and strength. */
  saveTestImage(image: StoredTestImage): Promise<void>;
  /** The scores of the images that they name, and their sum-up as the identity's, or as that of the test on request. */
  saveScores(
    tenantId: string,
    identityId: string,
    round: number,
    scores: readonly ImageScore[],
    summary: ScoreSummary,
  ): Promise<void>;
  /** The strength that a round settled on, with its sum-up. */
  saveStrength(tenantId: string, identityId: string, strength: number, summary: ScoreSummary): Promise<void>;
  /** Keeps the first decision of this id in its round. */
  saveDecision(tenantId: string, identityId: string, record: DecisionRecord): Promise<void>;
  /** Makes the identity the character's newest ready version, in one transaction; the same call again answers the same. */
  publish(publication: Publication): Promise<{ version: number }>;
  /** That an identity's nth test on request waits for an operator, or no longer does; one that has ended keeps its end. */
  saveRetestState(
    tenantId: string,
    identityId: string,
    number: number,
    state: Exclude<RetestState, RetestEnd['state']>,
  ): Promise<void>;
  /** Writes the end of an identity's nth test on request; one that has ended keeps its end. */
  closeRetest(tenantId: string, identityId: string, number: number, end: RetestEnd): Promise<void>;
  /** Writes the end of a run that did not become ready. */
  close(tenantId: string, identityId: string, stage: Exclude<EndStage, 'ready'>, reason: string): Promise<void>;
}

/** Scores of an older version, and what a newer one made of the same images. Every method is bound to the tenant. */
export interface Rescores {
  /** NotFound when there is no such identity. */
  kept(tenantId: string, identityId: string): Promise<KeptScores>;
  /** As those of today's version; the same again replaces them. */
  save(tenantId: string, identityId: string, sets: readonly RescoredSet[]): Promise<void>;
  /** What today's version made; undefined before it did. */
  find(tenantId: string, identityId: string): Promise<Rescore | undefined>;
}

export interface StoredPhoto {
  photoId: string;
  object: ObjectRef;
}

export interface StoredLora {
  training: number;
  object: ObjectRef;
  sha256: string;
  bytes: number;
}

export interface StoredTestImage {
  imageId: string;
  tenantId: string;
  identityId: string;
  round: number;
  type: TestType;
  seed: number;
  strength: number;
  object: ObjectRef;
  sha256: string;
}

export interface Publication {
  tenantId: string;
  characterId: string;
  identityId: string;
  loraSha256: string;
  testSuite: TestSuite;
  scores: ScoreSummary;
  decisionRound: number;
  decisionId: string;
  approvedBy: string;
  referenceStrength: number;
}

/** The private buckets. */
export interface FileStore {
  /**
   * Writes the object whole, over an older one of the same key. Bytes that come as a stream are held a piece at a time;
   * what the stream throws is thrown, and an older object then stays as it was.
   */
  put(object: ObjectRef, bytes: Uint8Array | AsyncIterable<Uint8Array>, contentType: string): Promise<void>;
  /** NotFound when there is none. */
  get(object: ObjectRef): Promise<Buffer>;
  has(object: ObjectRef): Promise<boolean>;
  /** Copies an object inside its bucket; one that is there already stays. NotFound when there is nothing to copy. */
  copy(from: ObjectRef, to: ObjectRef): Promise<void>;
  /** Removing what is not there is no error. */
  remove(bucket: Bucket, keys: readonly string[]): Promise<void>;
  /** Removes every object whose key begins with the folder's and a slash. */
  removeFolder(folder: ObjectRef): Promise<void>;
  /** A short-lived address of the object, that works only where the storage can be reached. */
  signedUrl(object: ObjectRef, seconds: number): Promise<string>;
  /** Of several objects, asked for at once, in their order; undefined for one that is not there. */
  signedUrls(objects: readonly ObjectRef[], seconds: number): Promise<(string | undefined)[]>;
  /** Whether a provider on the internet can fetch a signed address of this storage. */
  readonly reachableByProvider: boolean;
}

export interface NewCall {
  key: string;
  tenantId: string;
  /** Undefined for what no identity pays for: only the tenant's cap counts then. */
  identityId: string | undefined;
  purpose: CallPurpose;
  endpoint: string;
  estimate: MicroUsd;
  /** What has to be left beside the estimate for the request to be worth paying. Not reserved. */
  headroom?: MicroUsd;
  /** Of what was asked for, where a repeat has to be told from another request under the same key. */
  requestHash?: string;
}

/**
 * The rows of all paid requests, with the budget that they draw on. A `call` stands for one attempt (`attempts`): a
 * late one, whose row was opened again since, can change nothing any more, and gets Internal for it.
 */
export interface Ledger {
  /**
   * The row of this key. `mayPost` is true for exactly one caller: the one whose call wrote the intent and reserved
   * the estimate. BudgetExceeded when that does not fit.
   */
  open(call: NewCall): Promise<{ call: ProviderCall; mayPost: boolean }>;
  find(key: string): Promise<ProviderCall | undefined>;
  /**
   * Notes the body just before it is posted, and the hash of the request that it was made for. Throws Internal unless
   * the row is still the intent of this very attempt: a late attempt whose row was reconciled meanwhile must not post.
   */
  posting(call: ProviderCall, input: Record<string, unknown>): Promise<void>;
  submitted(call: ProviderCall, requestId: string): Promise<void>;
  refused(call: ProviderCall, reason: string): Promise<void>;
  /** Changes nothing once the request id is known: a webhook may be faster than the answer that was lost. */
  unknown(call: ProviderCall, reason: string): Promise<void>;
  /** Ends the call with what was charged, and gives back what was reserved beyond it. */
  settled(call: ProviderCall, charged: MicroUsd, result: Record<string, unknown>): Promise<void>;
  /** The same for a job that failed; `problems` are kept beside the reason. */
  failed(call: ProviderCall, charged: MicroUsd, reason: string, problems?: readonly ProviderProblem[]): Promise<void>;
}

export type SubmitOutcome =
  | { kind: 'accepted'; requestId: string }
  /** Surely not taken. `retry` tells whether the same request may pass later. */
  | {
      kind: 'refused';
      reason: string;
      retry: 'never' | 'later';
      /** What is refused beside this request: the account, with the kind of its lock, or the endpoint. */
      closes?: LockKind | 'endpoint';
      retryAfterMs?: number;
    }
  /** May have been taken. */
  | { kind: 'unknown'; reason: string };

export type JobStatus = { state: 'queued'; position: number | undefined } | { state: 'running' } | { state: 'done' };

export interface JobResult {
  data: Record<string, unknown>;
  /** Units that the provider billed, when it says so. */
  billableUnits: number | undefined;
}

export interface UploadFile {
  bytes: Uint8Array;
  contentType: string;
  fileName: string;
}

/** What a megapixel is to the provider: what its newest bill says, else the setting. */
export interface ImageUnits {
  /** Throws nothing: while it cannot be looked up, what was known last counts. */
  megapixel(): Promise<KnownMegapixel>;
  /** Has a bill of this result tell it from now on, to all processes; a bill that leaves it open changes nothing. */
  billed(call: ProviderCall, units: number): Promise<void>;
}

/** fal.ai, or the sandbox that speaks as it does. */
export interface Provider {
  /** One POST, never repeated. Answers what is known; throws nothing. */
  submit(endpoint: string, input: Record<string, unknown>, webhookUrl: string | undefined): Promise<SubmitOutcome>;
  status(endpoint: string, requestId: string, signal?: AbortSignal): Promise<JobStatus>;
  /** The finished job's answer. ProviderFailed, with what was billed all the same, when the job ended with an error. */
  result(endpoint: string, requestId: string, signal?: AbortSignal): Promise<JobResult>;
  /** Asks the provider to stop; a job that runs may still finish and be charged. */
  cancel(endpoint: string, requestId: string): Promise<void>;
  /** Looks for a request that was posted with this very body since then. */
  findRequest(endpoint: string, input: Record<string, unknown>, since: Date): Promise<string | undefined>;
  /** Puts a file where the provider's models can read it, for so many seconds. Answers its address. */
  upload(file: UploadFile, seconds: number): Promise<string>;
  /** One of the provider's own files, as it comes. A file of more than `maxBytes` breaks off with ProviderFailed. */
  download(url: string, maxBytes: number, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

/** `probe` names the one submission that may try whether what is closed works again. */
export type Pass = { open: true; probe: string | undefined } | { open: false; reason: string; retryAfterMs: number };

/** A circuit breaker, one for all workers. It gates submissions, and never a look at a job. */
export interface CircuitBreaker<Kind> {
  /** Whether a submission may be sent. While it is closed one at a time may, as a probe that has to be reported. */
  enter(): Promise<Pass>;
  /**
   * Refused: by a submission, or with no probe by any look. `changed`: this very report closed it, or told that it is
   * closed for another reason.
   */
  refused(reason: string, probe: string | undefined, kind: Kind): Promise<{ changed: boolean; retryAfterMs: number }>;
  /** The probe was accepted. True when this opened it. */
  worked(probe: string): Promise<boolean>;
  /** The probe ended without telling anything: the next one may try at once. */
  gaveUp(probe: string): Promise<void>;
}

/** The account at the provider, and each endpoint that it may be refused by itself. */
export interface ProviderAccount extends CircuitBreaker<LockKind> {
  endpoint(endpoint: string): CircuitBreaker<'endpoint'>;
  state(): Promise<AccountState>;
}

/** What a picture shows. */
export interface Vision {
  /** Never fails on a bad file: that is an unreadable picture. */
  read(bytes: Uint8Array, signal?: AbortSignal): Promise<PictureReading>;
}

/** Tells people that a run waits for them. */
export interface Notifier {
  notify(tenantId: string, identityId: string, notice: RunNotice): Promise<void>;
  /** Tells operators that the account was locked, or works again: once a change. */
  accountChanged(state: { state: 'ok' } | { state: 'locked'; reason: string; kind: LockKind }): Promise<void>;
  /** Tells operators that the account may not use an endpoint, or may again: once a change. */
  endpointChanged(endpoint: string, state: { state: 'ok' } | { state: 'closed'; reason: string }): Promise<void>;
}

/** Webhooks to the tenants' own receivers, from the event to the end of each delivery. */
export interface WebhookOutbox {
  /**
   * Writes a delivery for each of the tenant's endpoints that wants the event; the same occasion again finds the same
   * ones. Answers those that are still to be made.
   */
  enqueue(happened: {
    tenantId: string;
    identityId: string;
    event: WebhookEvent;
    occasion: string;
    data: Omit<WebhookBody['data'], 'identityId' | 'characterId'>;
  }): Promise<string[]>;
  /** Undefined when the delivery has ended, or is gone together with its endpoint. */
  pending(deliveryId: string): Promise<PendingDelivery | undefined>;
  /** Writes down what came of a try. `gone`: nothing is sent to the endpoint any more. */
  attempted(deliveryId: string, state: DeliveryState, answer: WebhookAnswer, gone: boolean): Promise<void>;
}

export interface PendingDelivery {
  deliveryId: string;
  url: string;
  /** Never in a history or a log. */
  secret: string;
  body: WebhookBody;
  /** How often it was tried. */
  attempts: number;
}

/** The status of the receiver's answer, or why there was none, in words that hold no address. */
export type WebhookAnswer = { status: number; error?: undefined } | { status?: undefined; error: string };

/** An open row, for the sweep; `id` orders the rows of its kind. */
interface OpenRow {
  id: string;
  /** ISO time. */
  createdAt: string;
}
export type OpenIdentity = OpenRow & { tenantId: string };
export type OpenRetest = OpenRow & { tenantId: string; identityId: string; number: number };
export type OpenCall = OpenRow & { key: string; ofIdentity: boolean };

/** What is open, of all tenants, in pages: rows of a kind behind this id, at most `limit`. */
export interface OpenWork {
  identities(after: string | undefined, limit: number): Promise<OpenIdentity[]>;
  retests(after: string | undefined, limit: number): Promise<OpenRetest[]>;
  /** Open paid requests of which no open run or test is left; those of the proxy, which never have one, among them. */
  calls(after: string | undefined, limit: number): Promise<OpenCall[]>;
  /** The keys of an identity's open paid requests. */
  callsOf(tenantId: string, identityId: string): Promise<string[]>;
  /** How an identity's run ended by its row; undefined while it is open. */
  endOf(tenantId: string, identityId: string): Promise<{ stage: Stage; reason: string | undefined } | undefined>;
}

/** What Temporal knows of a workflow, and how long ago it closed. */
export interface WorkflowLook {
  status: WorkflowStatus;
  closedForMs: number | undefined;
}

export interface Ports {
  store: IdentityStore;
  rescores: Rescores;
  openWork: OpenWork;
  files: FileStore;
  ledger: Ledger;
  imageUnits: ImageUnits;
  provider: Provider;
  account: ProviderAccount;
  vision: Vision;
  notifier: Notifier;
  outbox: WebhookOutbox;
  /** Has a delivery made, durably; once, however often it is asked for at a time. */
  dispatch(deliveryId: string): Promise<void>;
  /** Throws nothing: `unclear` when Temporal did not answer. */
  lookUp(workflowId: string): Promise<WorkflowLook>;
  /** Has a paid request stopped and settled whose run has ended; once, however often it is asked for at a time. */
  settleLeftover(callKey: string): Promise<void>;
  /** Has a request of the proxy followed until it is settled; once, however often it is asked for at a time. */
  followProxyCall(callKey: string): Promise<void>;
  /** One signed POST, never repeated. Throws nothing. */
  postWebhook(delivery: PendingDelivery): Promise<WebhookAnswer>;
  /** Where the provider's webhooks reach us; undefined: polling alone serves. */
  publicUrl: string | undefined;
}
