// The whole world of the steps in memory. Each port is a plain object, so a test replaces one method by a spread:
// { ...world, ledger: { ...world.ledger, submitted: outage } }.

import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { StepPorts } from '../../activities/create-activities.ts';
import type { FileStore } from '../../core/ports/files.ts';
import type { Publication, StoredLora } from '../../core/ports/identities.ts';
import type { Ports } from '../../core/ports/index.ts';
import type { PhotoRow } from '../../core/ports/photos.ts';
import type { StoredTestImage } from '../../core/ports/test-images.ts';
import { Failure } from '../../domain/failure.ts';
import type { ObjectRef } from '../../domain/keys.ts';
import { photoObject, pictureCallKey } from '../../domain/keys.ts';
import type { PictureReading } from '../../domain/photo.ts';
import type { RunNotice } from '../../domain/steps.ts';
import type { FakeAccount } from './fake-account.ts';
import { createFakeAccount } from './fake-account.ts';
import type { FakeImageUnits } from './fake-image-units.ts';
import { createFakeImageUnits } from './fake-image-units.ts';
import type { FakeLedger } from './fake-ledger.ts';
import { createFakeLedger } from './fake-ledger.ts';
import { createFakePainting } from './fake-painting.ts';
import type { FakeProvider } from './fake-provider.ts';
import { createFakeProvider } from './fake-provider.ts';
import { createFakeRescores, type FakeRescores } from './fake-rescores.ts';
import { createFakeStills, type FakeStills } from './fake-stills.ts';
import { createFakeWebhooks } from './fake-webhooks.ts';
import { MODELS } from './models.ts';
import { unreadable } from './readings.ts';

export const TENANT = 'tenant-1';
export const CHARACTER = 'character-1';
export const IDENTITY = '0f8c2a34-0000-4000-8000-000000000001';

/** What the steps wrote into tables. */
export interface FakeStore {
  photoIds: Set<string>;
  loras: Map<string, StoredLora>;
  images: StoredTestImage[];
  publications: Publication[];
  /** What the plain writes were given, in order. */
  writes: [name: string, ...args: unknown[]][];
}

export interface FakeFiles extends FileStore {
  objects: Map<string, Buffer>;
  types: Map<string, string>;
  paths(): string[];
}

type Happened = Parameters<Ports['outbox']['enqueue']>[0];

export interface FakePorts extends StepPorts {
  store: FakeStore;
  files: FakeFiles;
  rescores: FakeRescores;
  stills: FakeStills;
  ledger: FakeLedger;
  imageUnits: FakeImageUnits;
  provider: FakeProvider;
  account: FakeAccount;
  /** What vision reads from a file, by the file's text. */
  readings: Map<string, PictureReading>;
  notices: RunNotice[];
  /** What the tenant's receivers are told, by its occasion, and the deliveries that were started. */
  happened: Map<string, Happened>;
  dispatched: string[];
  /** Paid requests that were handed on to be settled or followed. */
  settled: string[];
  /** What operators were told of the account. */
  alarms: (
    | Parameters<Ports['notifier']['accountChanged']>[0]
    | ({ endpoint: string } & Parameters<Ports['notifier']['endpointChanged']>[1])
  )[];
}

export const pathOf = ({ bucket, key }: ObjectRef): string => `${bucket}/${key}`;

export function createFakePorts(
  options: { reachableByProvider?: boolean; publicUrl?: string; cap?: number } = {},
): FakePorts {
  const readings = new Map<string, PictureReading>();
  const notices: RunNotice[] = [];
  const alarms: FakePorts['alarms'] = [];
  const happened = new Map<string, Happened>();
  const dispatched: string[] = [];
  const settled: string[] = [];
  const store: FakeStore = { photoIds: new Set(), loras: new Map(), images: [], publications: [], writes: [] };
  const ledger = createFakeLedger(
    options.cap === undefined ? {} : { caps: { month: options.cap, identity: options.cap } },
  );
  return {
    store,
    ...createFakeTables(store),
    files: createFakeFiles(options.reachableByProvider ?? true),
    rescores: createFakeRescores(),
    stills: createFakeStills(),
    ledger,
    books: ledger.books,
    imageUnits: createFakeImageUnits(),
    models: MODELS,
    provider: createFakeProvider(),
    account: createFakeAccount(),
    readings,
    notices,
    alarms,
    vision: {
      read: async (bytes) => readings.get(Buffer.from(bytes).toString()) ?? unreadable('corrupt', bytes.length),
      readFrame: async (bytes) => readings.get(Buffer.from(bytes).toString()) ?? unreadable('corrupt', bytes.length),
    },
    painting: createFakePainting(),
    notifier: {
      async notify(_tenantId, _identityId, notice) {
        notices.push(notice);
      },
      async accountChanged(state) {
        alarms.push(state);
      },
      async endpointChanged(endpoint, state) {
        alarms.push({ endpoint, ...state });
      },
    },
    outbox: createFakeOutbox(happened),
    happened,
    dispatched,
    dispatch: async (deliveryId) => void dispatched.push(deliveryId),
    openWork: {
      identities: async () => [],
      retests: async () => [],
      batches: async () => [],
      stills: async () => [],
      calls: async () => [],
      callsOf: async () => [],
      endOf: async () => undefined,
    },
    lookUp: async () => ({ status: 'running', closedForMs: undefined }),
    settled,
    settleLeftover: async (callKey) => void settled.push(callKey),
    followProxyCall: async (callKey) => void settled.push(callKey),
    postWebhook: async () => ({ status: 204 }),
    publicUrl: options.publicUrl,
  };
}

/** The outbox of a tenant with one receiver of every event. */
function createFakeOutbox(happened: Map<string, Happened>): Ports['outbox'] {
  const { outbox, endpoints } = createFakeWebhooks({ characterOf: () => CHARACTER });
  endpoints.add(TENANT);
  return {
    ...outbox,
    async enqueue(what) {
      happened.set(what.occasion, what);
      return outbox.enqueue(what);
    },
  };
}

/** Stores photos whose bytes are their id, and what vision reads from them. */
export async function addPhotos(world: FakePorts, photos: Record<string, PictureReading>): Promise<string[]> {
  for (const [photoId, reading] of Object.entries(photos)) {
    world.store.photoIds.add(photoId);
    world.readings.set(photoId, reading);
    await world.files.put(photoObject(TENANT, CHARACTER, photoId), Buffer.from(photoId), 'image/jpeg');
  }
  return Object.keys(photos);
}

/** The tables as far as steps ask for them. */
function createFakeTables(
  store: FakeStore,
): Pick<Ports, 'photos' | 'identities' | 'versions' | 'testImages' | 'retests' | 'tenantSettings'> {
  const written =
    (name: string) =>
    async (...args: unknown[]) =>
      void store.writes.push([name, ...args]);
  const notAsked = async () => {
    throw new Error('no step asks for this');
  };
  const rowOf = (id: string): PhotoRow => ({
    id,
    tenantId: TENANT,
    characterId: CHARACTER,
    origin: { kind: 'uploaded' },
    object: photoObject(TENANT, CHARACTER, id),
    sourceSha256: '0'.repeat(64),
    width: 800,
    height: 900,
    report: { photoId: id, verdict: 'accepted', findings: [] },
    createdAt: '2026-11-22T09:00:00.000Z',
  });
  return {
    photos: {
      add: notAsked,
      remove: notAsked,
      of: async (tenantId, characterId, photoIds) =>
        tenantId === TENANT && characterId === CHARACTER
          ? [...store.photoIds].filter((id) => photoIds?.includes(id) ?? true).map(rowOf)
          : [],
      find: async (tenantId, id) => (tenantId === TENANT && store.photoIds.has(id) ? rowOf(id) : undefined),
      saveReports: written('savePhotoReports'),
    },
    identities: {
      open: notAsked,
      find: notAsked,
      list: notAsked,
      approvedLora: notAsked,
      saveStage: written('saveStage'),
      saveReferences: written('saveReferences'),
      saveArchive: written('saveArchive'),
      saveStrength: written('saveStrength'),
      saveDecision: written('saveDecision'),
      close: written('close'),
      saveLora: async (_tenantId, identityId, lora) => void store.loras.set(identityId, lora),
      async lora(_tenantId, identityId) {
        const lora = store.loras.get(identityId);
        if (!lora) throw new Failure('NotFound', 'The identity has no LoRA yet.');
        return lora;
      },
      async publish(publication) {
        const before = store.publications.findIndex((p) => p.identityId === publication.identityId);
        if (before >= 0) return { version: before + 1 };
        return { version: store.publications.push(publication) };
      },
    },
    versions: { list: notAsked, setState: notAsked },
    testImages: {
      list: notAsked,
      find: notAsked,
      saveScores: written('saveScores'),
      async save(image) {
        const nameOf = ({ identityId, set, type }: StoredTestImage) => pictureCallKey(identityId, set, type);
        const same = (other: StoredTestImage) => nameOf(other) === nameOf(image);
        const old = store.images.find(same);
        store.images = [
          ...store.images.filter((other) => !same(other)),
          { ...image, imageId: old?.imageId ?? image.imageId },
        ];
      },
    },
    retests: {
      open: notAsked,
      isKnown: notAsked,
      list: notAsked,
      find: notAsked,
      page: notAsked,
      saveState: written('saveRetestState'),
      close: written('closeRetest'),
    },
    tenantSettings: { read: notAsked, setSafetyChecker: notAsked, safetyChecker: async () => true },
  };
}

function createFakeFiles(reachableByProvider: boolean): FakeFiles {
  const objects = new Map<string, Buffer>();
  const types = new Map<string, string>();
  return {
    objects,
    types,
    reachableByProvider,
    paths: () => [...objects.keys()].sort(),
    async put(object, bytes, contentType) {
      objects.set(pathOf(object), bytes instanceof Uint8Array ? Buffer.from(bytes) : await buffer(bytes));
      types.set(pathOf(object), contentType);
    },
    async get(object) {
      const bytes = objects.get(pathOf(object));
      if (!bytes) throw new Failure('NotFound', `No file ${pathOf(object)}.`);
      return bytes;
    },
    async sha256(object) {
      const bytes = objects.get(pathOf(object));
      if (!bytes) throw new Failure('NotFound', `No file ${pathOf(object)}.`);
      return createHash('sha256').update(bytes).digest('hex');
    },
    has: async (object) => objects.has(pathOf(object)),
    async copy(from, to) {
      const bytes = objects.get(pathOf(from));
      if (!bytes) throw new Failure('NotFound', `No file ${pathOf(from)}.`);
      if (!objects.has(pathOf(to))) objects.set(pathOf(to), bytes);
    },
    async remove(bucket, keys) {
      for (const key of keys) objects.delete(pathOf({ bucket, key }));
    },
    async removeFolder(folder) {
      for (const path of objects.keys()) if (path.startsWith(`${pathOf(folder)}/`)) objects.delete(path);
    },
    signedUrl: async (object, seconds) => `https://files.test/${pathOf(object)}?seconds=${seconds}`,
    signedUrls: async (objects, seconds) =>
      objects.map((object) => `https://files.test/${pathOf(object)}?seconds=${seconds}`),
  };
}
