// The API for programs: typed calls, safe retries, and waiting for a run. It imports only this folder and the names of
// the stages, so it runs in Node and in browsers.

import type { Stage } from '../domain/stage.ts';
import { type ClientOptions, createHttp } from './http.ts';
import { newId } from './new-id.ts';
import type { Progress } from './send-form.ts';
import { stillsOf } from './stills.ts';
import type * as t from './types.ts';
import { type WaitOptions, waitUntil } from './wait-until.ts';
import { watchIdentity } from './watch.ts';

export { LikenessError, type LikenessErrorCode } from './error.ts';
export type { Progress } from './send-form.ts';
export type { StillsChange, WaitForStills } from './stills.ts';
export type * from './types.ts';
export { WaitError, type WaitOptions } from './wait-until.ts';
export type { ClientOptions };

export type LikenessClient = ReturnType<typeof createLikenessClient>;

/**
 * A client of one tenant. Every method throws LikenessError. Reads, and writes with a key or a decision's id, are
 * retried while the API is away for a moment; nothing else is ever sent twice.
 *
 * @example
 * const likeness = createLikenessClient({ baseUrl: 'http://127.0.0.1:8787', apiKey: process.env.LIKENESS_KEY });
 * const { identityId } = await likeness.identities.start(characterId);
 * const ready = await likeness.identities.waitUntil(identityId, 'ready');
 */
export function createLikenessClient(options: ClientOptions) {
  const { request, json } = createHttp(options);
  const http = { request, json };
  const of = (collection: string, id: string) => `/v1/${collection}/${encodeURIComponent(id)}`;

  const characters = {
    create: (character: t.CharacterInput): Promise<t.Character> => json('POST', '/v1/characters', { body: character }),
    /** Newest first, a page at a time. */
    list: (page: t.PageRequest = {}): Promise<t.Characters> => json('GET', '/v1/characters', { query: page }),
    get: (characterId: string): Promise<t.Character> => json('GET', of('characters', characterId)),
    /** Sets the subject of its next identity; refused (`subject_in_use`) while one with another subject is open. */
    setSubject: (characterId: string, subject: t.SubjectInput): Promise<t.Character> =>
      json('PUT', `${of('characters', characterId)}/subject`, { body: subject, repeatable: true }),
    /** Its approved identities, newest first, and which of them is current. */
    versions: (characterId: string): Promise<t.Versions> => json('GET', `${of('characters', characterId)}/versions`),
    /** Makes a version current, also a retired one; a revoked one is refused (`version_revoked`). */
    setVersion: (characterId: string, version: number, reason?: string): Promise<t.Versions> =>
      json('PUT', `${of('characters', characterId)}/version`, {
        body: { version, ...(reason && { reason }) },
        repeatable: true,
      }),
    /** Takes a version out of use until it is made current again; of the current one, the character has none then. */
    retireVersion: (characterId: string, version: number, reason?: string): Promise<t.Versions> =>
      json('POST', `${of('characters', characterId)}/versions/${version}/retire`, {
        body: { ...(reason && { reason }) },
        repeatable: true,
      }),
    /** The generated pictures that show it, newest first, a page at a time. */
    pictures: (characterId: string, page: t.PageRequest = {}): Promise<t.CharacterPictures> =>
      json('GET', `${of('characters', characterId)}/pictures`, { query: page }),
    /** Takes a version out of use for good. */
    revokeVersion: (characterId: string, version: number, reason?: string): Promise<t.Versions> =>
      json('POST', `${of('characters', characterId)}/versions/${version}/revoke`, {
        body: { ...(reason && { reason }) },
        repeatable: true,
      }),
  };

  const photos = {
    /**
     * One verdict for each photo; readable files are stored. The report names the files. In a page, `onProgress`
     * reports the sent share. A photo with the finding `turned` is sent again as `{ file, turnBy }`, and stored
     * upright.
     */
    upload: (characterId: string, files: readonly PhotoFile[], onProgress?: Progress): Promise<t.PreflightReport> =>
      json('POST', `${of('characters', characterId)}/photos`, { body: formOf(files), onProgress }),
    /** The same for generated pictures, test images and those of stills, which become photos of the character. */
    fromPictures: (characterId: string, pictureIds: readonly string[]): Promise<t.PreflightReport> =>
      json('POST', `${of('characters', characterId)}/photos/from-pictures`, { body: { pictureIds } }),
    /** The same report; nothing is stored. */
    inspect: (files: readonly PhotoFile[], onProgress?: Progress): Promise<t.PreflightReport> =>
      json('POST', '/v1/photos/inspect', { body: formOf(files), repeatable: true, onProgress }),
    list: (characterId: string): Promise<t.Photos> => json('GET', `${of('characters', characterId)}/photos`),
    async delete(photoId: string): Promise<void> {
      await request('DELETE', of('photos', photoId));
    },
    content: async (photoId: string): Promise<Blob> =>
      (await request('GET', `${of('photos', photoId)}/content`)).blob(),
  };

  const identities = {
    /** Starts a run, and pays. Keep the key when another process or a restart may repeat the start. */
    start(
      characterId: string,
      { idempotencyKey = newId(), ...body }: t.StartInput & { idempotencyKey?: string } = {},
    ): Promise<t.Identity> {
      const headers = { 'idempotency-key': idempotencyKey };
      return json('POST', `${of('characters', characterId)}/identities`, { body, headers, repeatable: true });
    },
    /** What a run would cost and take; needs no photos. */
    estimate: (query: t.EstimateQuery = {}): Promise<t.RunEstimate> => json('GET', '/v1/estimate', { query }),
    /** What a start would cost. Starts nothing; refuses what a start would refuse. */
    dryRun: (characterId: string, body: t.StartInput = {}): Promise<t.CostEstimate> =>
      json('POST', `${of('characters', characterId)}/identities`, {
        query: { dryRun: 'true' },
        body,
        repeatable: true,
      }),
    get: (identityId: string): Promise<t.Identity> => json('GET', of('identities', identityId)),
    list: (filter: t.IdentityFilter = {}): Promise<t.Identities> => json('GET', '/v1/identities', { query: filter }),
    /** A photo for training and scores, of those in `references`, even if the photo was deleted since. */
    reference: async (identityId: string, photoId: string): Promise<Blob> =>
      (
        await request('GET', `${of('identities', identityId)}/references/${encodeURIComponent(photoId)}/content`)
      ).blob(),
    /** A test image. */
    image: async (imageId: string): Promise<Blob> => (await request('GET', `${of('images', imageId)}/content`)).blob(),
    /** Sends the approval without waiting for its effect; `decide` answers whether it counts. */
    approve: (identityId: string, decision: t.ApproveInput): Promise<t.DecisionSent> =>
      json('POST', `${of('identities', identityId)}/approve`, { body: named(decision), repeatable: true }),
    reject: (identityId: string, decision: t.RejectInput): Promise<t.DecisionSent> =>
      json('POST', `${of('identities', identityId)}/reject`, { body: named(decision), repeatable: true }),
    /** The state after a decision that counts; otherwise a LikenessError, such as `stale_round`. */
    decide: (identityId: string, decision: t.DecideInput): Promise<t.Identity> =>
      json('POST', `${of('identities', identityId)}/decision`, { body: named(decision), repeatable: true }),
    /** All photos that a run in `needs_photos` is to use. */
    replacePhotos: (identityId: string, photoIds: string[]): Promise<t.Identity> =>
      json('PUT', `${of('identities', identityId)}/photos`, { body: { photoIds } }),
    cancel: (identityId: string): Promise<t.CancelSent> => json('POST', `${of('identities', identityId)}/cancel`),
    /** Settles a paid request whose fate is unclear, for operators. A wrong outcome can pay twice. */
    settle: (identityId: string, settlement: t.SettleInput): Promise<t.Identity> =>
      json('POST', `${of('identities', identityId)}/calls/settle`, { body: settlement }),
    /** Tests a ready identity again, and pays: all types, or some. Keep the key as for a start. */
    test(
      identityId: string,
      { idempotencyKey = newId(), ...body }: t.TestInput & { idempotencyKey?: string } = {},
    ): Promise<t.IdentityTest> {
      const headers = { 'idempotency-key': idempotencyKey };
      return json('POST', `${of('identities', identityId)}/tests`, { body, headers, repeatable: true });
    },
    /** Its tests on request, newest first. Images appear as soon as they are made. */
    tests: (identityId: string): Promise<t.IdentityTests> => json('GET', `${of('identities', identityId)}/tests`),
    /** Stops a test on request and settles its open requests. */
    cancelTest: (identityId: string, number: number): Promise<t.TestCancelSent> =>
      json('POST', `${of('identities', identityId)}/tests/${number}/cancel`),
    /** Scores its stored images again that an older version scored. Costs nothing; a repeat changes nothing. */
    rescore: (identityId: string): Promise<t.Rescore> =>
      json('POST', `${of('identities', identityId)}/rescore`, { repeatable: true }),
    /** The progress, with the new scores once they exist. */
    rescored: (identityId: string): Promise<t.Rescore> => json('GET', `${of('identities', identityId)}/rescore`),
    /** The states of a run, from the current one to its end. */
    watch: (identityId: string, { signal }: { signal?: AbortSignal } = {}): AsyncIterable<t.Identity> =>
      watchIdentity(http, identityId, signal),
    /**
     * The state in which the run reaches a stage. Throws WaitError when the run ends in another stage, when it needs
     * other photos or an operator, and after the time limit.
     */
    waitUntil: (identityId: string, stage: Stage | readonly Stage[], wait: WaitOptions = {}): Promise<t.Identity> =>
      waitUntil((signal) => watchIdentity(http, identityId, signal), [stage].flat(), wait),
  };

  const tests = {
    /** The tests on request of all identities, newest first, a page at a time. */
    list: (filter: t.TestFilter = {}): Promise<t.TestItems> => json('GET', '/v1/tests', { query: filter }),
  };

  const ledger = {
    /** Paid requests, newest first, a page at a time. */
    list: (filter: t.LedgerFilter = {}): Promise<t.Ledger> => json('GET', '/v1/ledger', { query: filter }),
  };

  const settings = {
    get: (): Promise<t.Settings> => json('GET', '/v1/settings'),
    /** Turns the provider's content checker on or off; the author is stored. */
    setSafetyChecker: (safetyChecker: boolean, reason?: string): Promise<t.Settings> =>
      json('PUT', '/v1/settings', { body: { safetyChecker, ...(reason && { reason }) }, repeatable: true }),
  };

  const budget = {
    get: (): Promise<t.Budget> => json('GET', '/v1/budget'),
    /** Dollars a month; null goes back to the settings. */
    set: (monthlyCapUsd: number | null): Promise<t.Budget> =>
      json('PUT', '/v1/budget', { body: { monthlyCapUsd }, repeatable: true }),
  };

  const endpoints = '/v1/webhook-endpoints';
  const webhooks = {
    /** Adds a receiver of events. Its secret is answered only here. */
    create: (endpoint: t.EndpointInput): Promise<t.NewWebhookEndpoint> => json('POST', endpoints, { body: endpoint }),
    list: (): Promise<t.WebhookEndpoints> => json('GET', endpoints),
    get: (endpointId: string): Promise<t.WebhookEndpoint> => json('GET', of('webhook-endpoints', endpointId)),
    async delete(endpointId: string): Promise<void> {
      await request('DELETE', of('webhook-endpoints', endpointId));
    },
    /** Its deliveries, newest first, a page at a time. */
    deliveries: (endpointId: string, page: t.PageRequest = {}): Promise<t.WebhookDeliveries> =>
      json('GET', `${of('webhook-endpoints', endpointId)}/deliveries`, { query: page }),
    /** Sends it again, at once. */
    redeliver: (deliveryId: string): Promise<t.WebhookDelivery> =>
      json('POST', `${of('webhook-deliveries', deliveryId)}/redeliver`),
  };

  /** Production images for frames, drawn with approved versions and checked face by face. */
  const stills = stillsOf(http);

  /** Whether the API can work, and whether the provider takes our requests. */
  const ready = (): Promise<t.Readiness> => json('GET', '/readyz');

  return { characters, photos, identities, tests, stills, ledger, budget, settings, webhooks, ready };
}

/** A photo, or one that is turned by `turnBy` degrees clockwise before it is judged and stored. */
export type PhotoFile = Blob | { file: Blob; turnBy: 0 | 90 | 180 | 270 };

function formOf(files: readonly PhotoFile[]): FormData {
  const form = new FormData();
  for (const photo of files) form.append('photos', photo instanceof Blob ? photo : photo.file);
  const turns = files.map((photo) => (photo instanceof Blob ? 0 : photo.turnBy));
  if (turns.some((turn) => turn !== 0)) form.append('turns', turns.join());
  return form;
}

/** A decision with an id, so that it counts once, however often it is sent. */
function named<Decision extends { decisionId?: string | undefined }>(decision: Decision) {
  return { ...decision, decisionId: decision.decisionId ?? newId() };
}
