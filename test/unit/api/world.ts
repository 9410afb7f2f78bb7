// The API with its world in memory: rows, files and runs that a test can look at and break.

import { createHash, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import pino from 'pino';
import { newApp } from '../../../api/app.ts';
import type { ApiDeps } from '../../../api/deps.ts';
import { createMetrics } from '../../../api/metrics.ts';
import type { Books, LedgerEntry } from '../../../core/ports/books.ts';
import type { CharacterRow } from '../../../core/ports/characters.ts';
import type { FileStore } from '../../../core/ports/files.ts';
import type { IdentityRow, StoredLora } from '../../../core/ports/identities.ts';
import type { Keys, Principal } from '../../../core/ports/keys.ts';
import type { Ledger } from '../../../core/ports/ledger.ts';
import type { PhotoRow } from '../../../core/ports/photos.ts';
import { RunError } from '../../../core/ports/run-error.ts';
import type { Stills } from '../../../core/ports/stills.ts';
import type { TenantSettings } from '../../../core/ports/tenant-settings.ts';
import type { TestImageRow } from '../../../core/ports/test-images.ts';
import { expectedTraining } from '../../../domain/expected-time.ts';
import { Failure } from '../../../domain/failure.ts';
import type { IdentityState } from '../../../domain/identity-state.ts';
import {
  batchWorkflowId,
  identityWorkflowId,
  loraObject,
  photoObject,
  pictureObject,
  triggerWord,
} from '../../../domain/keys.ts';
import type { WorkflowStatus } from '../../../domain/orphan.ts';
import type { AccountState } from '../../../domain/provider-account.ts';
import { type CallSubject, identitySubject, type ProviderCall } from '../../../domain/provider-call.ts';
import { SCOPES } from '../../../domain/scopes.ts';
import { DEFAULT_SETTINGS } from '../../../domain/settings.ts';
import { DEFAULT_SUBJECT } from '../../../domain/subject.ts';
import type { TestType } from '../../../domain/test-suite.ts';
import { createFakeAccount } from '../../support/fake-account.ts';
import { createFakeImageUnits } from '../../support/fake-image-units.ts';
import { createFakeLedger } from '../../support/fake-ledger.ts';
import { createFakePainting } from '../../support/fake-painting.ts';
import { createFakeProvider } from '../../support/fake-provider.ts';
import { createFakeRescores } from '../../support/fake-rescores.ts';
import { createFakeStills } from '../../support/fake-stills.ts';
import { createFakeWebhooks } from '../../support/fake-webhooks.ts';
import { MODELS, PAIR, TRAINER } from '../../support/models.ts';
import { addStills, newPicture } from '../../support/new-stills.ts';
import { roundSet } from '../../support/sets.ts';
import { silentNotifier } from '../../support/silent-notifier.ts';
import { readScript } from './fake-photo-reader.ts';
import { createFakePictures } from './fake-pictures.ts';
import { createFakeRetests } from './fake-retests.ts';
import { createFakeRuns, type Told } from './fake-runs.ts';
import { CREATED, createFakeTables, type OwnedVersion } from './fake-tables.ts';

export const TENANT = '10000000-0000-4000-8000-000000000001';
export const OTHER_TENANT = '20000000-0000-4000-8000-000000000002';
export const KEY = 'lk_mine';
export const OTHER_KEY = 'lk_theirs';

const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');

export function newWorld(overrides: Partial<ApiDeps> = {}, { principal, ...replaced }: Partial<Keys & Ledger> = {}) {
  const principals = new Map<string, Principal>([
    [sha256(KEY), { kind: 'key', tenantId: TENANT, keyId: 'k1', scopes: SCOPES }],
    [sha256(OTHER_KEY), { kind: 'key', tenantId: OTHER_TENANT, keyId: 'k2', scopes: SCOPES }],
  ]);
  const characters = new Map<string, CharacterRow>();
  const photos = new Map<string, PhotoRow>();
  const identities = new Map<string, IdentityRow>();
  const images = new Map<string, TestImageRow>();
  const versions = new Map<string, OwnedVersion>();
  const entries: (LedgerEntry & { tenantId: string })[] = [];
  /** Micro-dollars: the caps of the settings, my tenant's own one and its month, and what any identity has cost. */
  const money = {
    caps: { month: 200_000_000, identity: 20_000_000 },
    ownCap: undefined as number | undefined,
    month: { reserved: 0, charged: 0 },
    spend: { reserved: 35_000, charged: 2_000_000 },
  };
  const objects = new Map<string, Buffer>();
  const states = new Map<string, IdentityState>();
  const told: Told[] = [];
  const logged: Record<string, unknown>[] = [];
  /** What the proxy pays with, and the LoRAs of identities by their id. */
  const proxy = {
    ledger: createFakeLedger(),
    imageUnits: createFakeImageUnits(),
    provider: createFakeProvider(),
    account: createFakeAccount(),
    loras: new Map<string, StoredLora>(),
  };
  const broken: { runs?: RunError; registry?: Failure } = {};
  const account: { state: AccountState } = { state: { state: 'ok', since: undefined } };

  const own = <T extends { tenantId: string }>(row: T | undefined, tenantId: string): T | undefined => {
    if (broken.registry) throw broken.registry;
    return row?.tenantId === tenantId ? row : undefined;
  };
  const page = <T extends { tenantId: string }>(rows: Iterable<T>, tenantId: string, limit: number, cursor = '0') => {
    const all = [...rows].filter((row) => own(row, tenantId));
    const end = Number(cursor) + limit;
    return { items: all.slice(Number(cursor), end), ...(end < all.length ? { nextCursor: String(end) } : {}) };
  };

  const keys: Keys = {
    principal:
      principal ??
      (async (hash) => {
        if (broken.registry) throw broken.registry;
        return principals.get(hash);
      }),
  };

  const tables = createFakeTables(
    { characters, photos, identities, images, versions, loras: proxy.loras },
    own,
    page,
    (tenantId) => books.budget(tenantId),
  );

  const { byToken, adopt } = proxy.ledger;
  const ledger = Object.assign(proxy.ledger, {
    byToken: async (token) => {
      if (broken.registry) throw broken.registry;
      return byToken(token);
    },
    adopt: async (call, requestId) => {
      if (broken.registry) throw broken.registry;
      return adopt(call, requestId);
    },
    ...replaced,
  } satisfies Partial<Ledger>);

  const books: Books = {
    spend: async () => ({ ...money.spend }),
    caps: money.caps,
    budget: async (tenantId) => {
      if (broken.registry) throw broken.registry;
      const { caps, month } = money;
      const ownCap = tenantId === TENANT ? money.ownCap : undefined;
      const used = tenantId === TENANT ? month : { reserved: 0, charged: 0 };
      const cap = ownCap ?? caps.month;
      return { month: '2026-11', cap, ownCap: ownCap !== undefined, ...used, identityCap: caps.identity };
    },
    setMonthlyCap: async (tenantId, cap) => {
      if (tenantId === TENANT) money.ownCap = cap ?? undefined;
    },
    entries: async (tenantId, { subject, state }, { limit, cursor }) => {
      const isOf = (of: CallSubject) => !subject || (of.kind === subject.kind && of.id === subject.id);
      const rows = entries.filter((row) => isOf(row.subject) && (!state || row.state === state));
      return page(rows, tenantId, limit, cursor);
    },
  };

  const mine: Awaited<ReturnType<TenantSettings['read']>> = { safetyChecker: true, changes: [] };
  const tenantSettings: TenantSettings = {
    read: async (tenantId) => (tenantId === TENANT ? { ...mine } : { safetyChecker: true, changes: [] }),
    safetyChecker: async (tenantId) => (tenantId === TENANT ? mine.safetyChecker : true),
    setSafetyChecker: async (tenantId, { on, by, reason }) => {
      if (tenantId !== TENANT || mine.safetyChecker === on) return;
      mine.safetyChecker = on;
      mine.changes = [{ safetyChecker: on, by, reason, at: CREATED }, ...mine.changes];
    },
  };

  const { endpoints } = createFakeWebhooks({ most: 3 });
  const files: FileStore = {
    put: async ({ bucket, key }, bytes) =>
      void objects.set(`${bucket}/${key}`, bytes instanceof Uint8Array ? Buffer.from(bytes) : await buffer(bytes)),
    has: async ({ bucket, key }) => objects.has(`${bucket}/${key}`),
    copy: async ({ key }) => {
      throw new Error(`The API copies no file: ${key}`);
    },
    get: async ({ bucket, key }) => {
      const bytes = objects.get(`${bucket}/${key}`);
      if (!bytes) throw new Failure('NotFound', 'The file is gone.');
      return bytes;
    },
    sha256: async ({ key }) => {
      throw new Error(`The API hashes no file: ${key}`);
    },
    remove: async (bucket, keys) => {
      for (const key of keys) objects.delete(`${bucket}/${key}`);
    },
    async removeFolder(folder) {
      throw new Error(`The API removes no folder: ${folder.key}`);
    },
    signedUrl: async ({ bucket, key }, seconds) => `https://files.test/${bucket}/${key}?seconds=${seconds}`,
    signedUrls: async (objects, seconds) => Promise.all(objects.map((object) => files.signedUrl(object, seconds))),
    reachableByProvider: true,
  };

  const begun = new Set<string>();
  const gone = new Map<string, WorkflowStatus>();
  const runs = createFakeRuns({ begun, broken, told, gone, states, begin: stateOf });

  const stills = createFakeStills();
  const tellStills = async (...what: Told) => {
    if (broken.runs) throw broken.runs;
    told.push(what);
  };

  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const deps: ApiDeps = {
    keys,
    ...tables,
    people: { personOf: async () => 'unknown' },
    books,
    tenantSettings,
    retests: createFakeRetests(),
    rescores: createFakeRescores(),
    files,
    runs,
    painting: createFakePainting(),
    vision: {
      prepare: async (bytes) => readScript(Buffer.from(bytes)),
      read: async (bytes) => readScript(Buffer.from(bytes)).reading,
    },
    webhooks: { verify: async () => 'valid' },
    endpoints,
    refusalOfAddress: async (url) => (url.includes('private') ? 'The host is private.' : undefined),
    corsOrigins: [],
    limits: { requestsPerMinute: 10_000, openRuns: 50, openBatches: 20 },
    ...proxy,
    ledger,
    models: MODELS,
    account: { ...proxy.account, state: async () => account.state },
    notifier: silentNotifier,
    publicUrl: undefined,
    relay: async () => Response.json({ status: 'COMPLETED' }),
    expectTraining: async (trainer, steps) => expectedTraining(trainer, steps, undefined),
    settings: DEFAULT_SETTINGS,
    providerName: 'sandbox',
    stills,
    pictures: createFakePictures({ images, identities, stills }),
    stillRuns: {
      async start(batch) {
        await tellStills('startBatch', batch);
        const workflowId = batchWorkflowId(batch.batchId);
        if (gone.get(workflowId) === 'not_found') gone.delete(workflowId);
      },
      again: (plan, number) => tellStills('drawAgain', plan, number),
      async cancel(batchId) {
        await tellStills('cancelBatch', batchId);
        if (gone.has(batchWorkflowId(batchId))) throw new RunError('gone', 'The batch has ended.');
      },
    },
    webUi: { url: 'http://ui.test/', namespace: 'default' },
    log,
    metrics: createMetrics({
      overview: async () => ({ stages: {}, tests: {}, unclearCalls: 0, reserved: 0, charged: 0 }),
      account: async () => account.state,
      photos: () => ({ reading: 0, waiting: 0 }),
    }),
    metricsToken: undefined,
    tracing: undefined,
    stopping: new AbortController().signal,
    ...overrides,
  };
  const app = newApp(deps);

  function addCharacter(tenantId = TENANT, rest: Partial<CharacterRow> = {}): CharacterRow {
    const row = {
      id: randomUUID(),
      tenantId,
      name: 'Mara',
      subject: DEFAULT_SUBJECT,
      createdAt: CREATED,
      ready: undefined,
      newest: undefined,
      ...rest,
    };
    characters.set(row.id, row);
    return row;
  }

  function addPhotos(character: CharacterRow, count: number): string[] {
    return Array.from({ length: count }, () => {
      const id = randomUUID();
      const object = photoObject(character.tenantId, character.id, id);
      objects.set(`${object.bucket}/${object.key}`, Buffer.from(`photo ${id}`));
      photos.set(id, {
        id,
        tenantId: character.tenantId,
        characterId: character.id,
        origin: { kind: 'uploaded' },
        object,
        sourceSha256: sha256(id),
        width: 800,
        height: 900,
        report: { photoId: id, verdict: 'accepted', findings: [] },
        createdAt: CREATED,
      });
      return id;
    });
  }

  /** An identity whose run is known. */
  function addIdentity(character: CharacterRow, rest: Partial<IdentityRow> = {}): IdentityRow {
    const row: IdentityRow = {
      id: randomUUID(),
      tenantId: character.tenantId,
      characterId: character.id,
      stage: 'awaiting_approval',
      requestHash: 'hash',
      photoIds: [],
      referencePhotoIds: undefined,
      heldOut: undefined,
      startStrength: 80,
      referenceStrength: 80,
      ...PAIR,
      trainingSteps: 1000,
      subject: character.subject,
      version: undefined,
      versionState: undefined,
      scores: undefined,
      closeReason: undefined,
      createdAt: CREATED,
      closedAt: undefined,
      ...rest,
    };
    identities.set(row.id, row);
    begun.add(row.id);
    states.set(row.id, stateOf(row.id, character.id));
    return row;
  }

  /** The next version of the character, approved, and current unless it says otherwise. */
  function addVersion(character: CharacterRow, rest: Partial<OwnedVersion> = {}): OwnedVersion {
    const { tenantId, id: characterId } = character;
    const version = [...versions.values()].filter((row) => row.characterId === characterId).length + 1;
    const state = rest.state ?? 'current';
    const identity = addIdentity(character, { stage: 'ready', closedAt: CREATED, version, versionState: state });
    const row: OwnedVersion = {
      tenantId,
      characterId,
      version,
      identityId: identity.id,
      state,
      loraSha256: sha256(identity.id),
      referenceStrength: 80,
      testSuite: 'suite-2',
      scores: { calibration: 'v1', mean: 91, worst: 88, scorable: 5, of: 5, passed: true, missed: [] },
      ...PAIR,
      decisionRound: 1,
      decisionId: 'd1',
      approvedBy: 'key:k1',
      createdAt: CREATED,
      stateChangedAt: CREATED,
      stateChangedBy: 'key:k1',
      stateReason: undefined,
      ...rest,
    };
    versions.set(identity.id, row);
    const object = loraObject(tenantId, identity.id, 1);
    proxy.loras.set(identity.id, { training: 1, object, sha256: row.loraSha256, bytes: 1000 });
    return row;
  }

  function addImage(identity: IdentityRow, type: TestType, round = 1, bytes = Buffer.from('jpeg')): TestImageRow {
    const set = roundSet(round, identity.referenceStrength);
    const object = pictureObject(identity.tenantId, identity.id, set, type);
    const row = { id: randomUUID(), identityId: identity.id, set, type, object, score: undefined };
    images.set(row.id, row);
    objects.set(`${object.bucket}/${object.key}`, bytes);
    return row;
  }

  function addCall(identity: IdentityRow, rest: Partial<ProviderCall & { reason: string }> = {}): ProviderCall {
    const call: ProviderCall = {
      id: randomUUID(),
      key: `${identity.id}/train/1`,
      tenantId: identity.tenantId,
      subject: identitySubject(identity.id),
      profile: TRAINER.id,
      endpoint: TRAINER.endpoint,
      workflowId: identityWorkflowId(identity.id),
      state: 'submitted',
      requestId: 'req-1',
      token: randomUUID(),
      attempts: 1,
      postedAt: CREATED,
      estimate: 2_000_000,
      charged: undefined,
      input: undefined,
      requestHash: undefined,
      result: undefined,
      ...rest,
    };
    proxy.ledger.rows.set(call.key, call);
    return call;
  }

  function addEntry(identity: IdentityRow, rest: Partial<LedgerEntry> = {}): LedgerEntry {
    const id = randomUUID();
    const row = {
      id,
      tenantId: identity.tenantId,
      key: `${identity.id}/train/1`,
      subject: identitySubject(identity.id),
      profile: TRAINER.id,
      endpoint: TRAINER.endpoint,
      state: 'submitted' as const,
      attempts: 1,
      month: '2026-11',
      estimate: 2_000_000,
      charged: undefined,
      requestId: 'req-1',
      safetyChecker: undefined,
      reason: undefined,
      createdAt: CREATED,
      // Of the row, and never of an answer.
      token: 'unguessable',
      input: { images_data_url: 'https://files.test/archive.zip' },
      result: { diffusers_lora_file: 'https://files.test/lora' },
      ...rest,
    };
    entries.push(row);
    return row;
  }

  /** A request with my key, a JSON body if there is one. */
  function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    return app.request(path, {
      method,
      headers: {
        authorization: `Bearer ${KEY}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  const rows = { characters, photos, identities, images, versions, objects, states };
  return {
    app,
    deps,
    endpoints,
    ask,
    principals,
    tables: { ...tables, books },
    told,
    gone,
    logged,
    broken,
    account,
    files,
    rows,
    money,
    proxy,
    stills,
    addCharacter,
    addPhotos,
    addIdentity,
    addVersion,
    addImage,
    addCall,
    ledger,
    addEntry,
  };
}

/** A batch of one flagged still with a picture; the ids of the batch and of the picture. */
export async function addDrawn(
  { stills, files }: { stills: Stills; files: FileStore },
  tenantId: string,
): Promise<{ batch: string; picture: string }> {
  const [still] = await addStills(stills, tenantId, 1, { cast: [] });
  const { id = '', batchId: batch = '' } = still ?? {};
  const picture = newPicture(1, { tenantId, batchId: batch, stillId: id });
  await files.put(picture.object, Buffer.from('png'), 'image/png');
  await stills.savePicture(tenantId, id, picture);
  await stills.close(tenantId, id, { state: 'flagged', best: 1, repairs: 0, reason: undefined });
  return { batch, picture: picture.id };
}

export type World = ReturnType<typeof newWorld>;

function stateOf(identityId: string, characterId: string): IdentityState {
  return {
    identityId,
    tenantId: TENANT,
    characterId,
    stage: 'awaiting_approval',
    revision: 7,
    startedAt: CREATED,
    stageSince: CREATED,
    round: 1,
    training: 1,
    triggerWord: triggerWord(identityId),
    referenceStrength: 80,
    photos: [],
    images: [{ type: 'portrait', imageId: '30000000-0000-4000-8000-000000000003', seed: 1, sha256: 'ab' }],
    failedImages: [],
    tries: [],
    unclearCalls: [],
    decisions: [],
    ignored: [],
  };
}
