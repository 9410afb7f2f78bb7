// What a run reads late: the real steps, one after the other, with a real storage that the provider cannot reach, the
// sandbox in place of fal, and real photos. Photos are deleted and weeks go by in between.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { StepPorts } from '../../activities/create-activities.ts';
import { type Activities, createActivities } from '../../activities/create-activities.ts';
import { createFalProvider } from '../../adapters/fal/provider.ts';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createFileStore } from '../../adapters/supabase/file-store.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import { createProviderAccount } from '../../adapters/supabase/provider-account.ts';
import { createRetests } from '../../adapters/supabase/retests.ts';
import { createTables } from '../../adapters/supabase/tables.ts';
import { createVision, type VisionThreads } from '../../adapters/vision/vision.ts';
import type { PinnedLora, TestImage } from '../../domain/identity-state.ts';
import { trainingCallKey, triggerWord } from '../../domain/keys.ts';
import type { SetRef } from '../../domain/picture-set.ts';
import type { ImageScore } from '../../domain/score.ts';
import { type RunningSandbox, startSandbox } from '../../sandbox/server.ts';
import { newIdentity, newPhoto, newTenant, publication } from '../support/cast.ts';
import { createFakePorts } from '../support/fake-ports.ts';
import { PAIR } from '../support/models.ts';
import { franck } from '../support/photos.ts';
import { retestSet, roundSet } from '../support/sets.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';
import { run } from '../unit/activities/run-step.ts';

const CAPS = { defaultCapMicros: 100_000_000, identityCapMicros: 100_000_000 };
const EIGHT_DAYS_MS = 8 * 86_400_000;
const STEPS = 100;
/** Steps that may fail in passing, before a test calls it a fault. */
const MOST_TROUBLE = 5;
/** Two say what five would: they are made at the same time, and both show a face. */
const TYPES = ['portrait', 'lighting'] as const;

let supabase: TestSupabase;
let client: Supabase;
let sandbox: RunningSandbox;
let vision: VisionThreads;
let ports: StepPorts;
let uploads: string[];

beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
  sandbox = await startSandbox({ settings: { queueMs: 0, trainingMs: 50, imageMs: 50, concurrency: 20 } });
  vision = createVision({ threads: 1 });
}, 480_000);
afterAll(async () => {
  await vision?.close();
  await sandbox?.close();
  await supabase?.stop();
});

beforeEach(() => {
  sandbox.changeSettings({ filesAheadMs: 0 });
  const provider = createFalProvider({ credentials: sandbox.key, sandboxUrl: sandbox.url });
  uploads = [];
  ports = {
    ...createFakePorts(),
    ...createTables(client),
    files: createFileStore(client, { reachableByProvider: false }),
    ledger: createLedger(client, CAPS),
    provider: {
      ...provider,
      upload(file, seconds) {
        uploads.push(file.fileName.replace(/^.*\./, ''));
        return provider.upload(file, seconds);
      },
    },
    account: createProviderAccount(client, 'sandbox'),
    vision,
  };
});

/** One run, step by step. Each `worker` is a process of its own, that knows nothing of the one before. */
async function newRun() {
  const tenantId = await newTenant(client);
  const tables = createTables(client);
  const { id: characterId } = await tables.characters.create(tenantId, 'Franck');
  const photoIds: string[] = [];
  for (const bytes of await franck(3)) {
    const photo = newPhoto(tenantId, characterId);
    await ports.files.put(photo.object, bytes, 'image/jpeg');
    photoIds.push((await tables.photos.add(photo)).id);
  }
  const identityId = await newIdentity(client, { tenantId, characterId, photoIds });
  const ref = { tenantId, identityId };
  const cast = { ...ref, characterId, photoIds };
  const word = triggerWord(identityId);
  let worker: Activities = createActivities(ports);
  let used: string[] = [];
  return {
    photoIds,
    restart() {
      worker = createActivities(ports);
    },
    /** As DELETE /v1/photos/{id} does it. */
    async deletePhotos(...ids: (string | undefined)[]) {
      for (const id of ids) {
        const photo = id === undefined ? undefined : await tables.photos.find(tenantId, id);
        if (!photo) continue;
        await ports.files.remove(photo.object.bucket, [photo.object.key]);
        await tables.photos.remove(tenantId, photo.id);
      }
    },
    async validate() {
      const report = await run(worker.vision.validatePhotos, {
        ...ref,
        characterId: cast.characterId,
        photoIds,
        maxPhotos: 5,
      });
      used = report.accepted;
      return report;
    },
    pack: () => run(worker.workflow.packPhotos, { ...ref, photoIds: used, triggerWord: word }),
    async train(training: number, archiveSha256: string) {
      const input = { ...ref, ...PAIR, training, archiveSha256, steps: STEPS, triggerWord: word };
      await run(worker.provider.submitTraining, input);
      const callKey = trainingCallKey(identityId, training);
      const poll = { callKey, firstPollMs: 0, pollMs: 20, deadlineMs: 60_000 };
      await untilReady(() => run(worker.provider.pollTraining, poll));
      return run(worker.provider.storeLora, { ...ref, training });
    },
    async publish({ training, sha256 }: PinnedLora) {
      await run(worker.workflow.publishIdentity, { ...publication(cast), training, loraSha256: sha256 });
    },
    /** A test on request: its set. */
    async openTest() {
      const { retest } = await createRetests(client).open(tenantId, identityId, randomUUID(), TYPES);
      return retestSet(retest.number, retest.strength);
    },
    images(set: SetRef): Promise<TestImage[]> {
      const shot = { ...ref, ...PAIR, set, triggerWord: word };
      return Promise.all(TYPES.map((type) => untilReady(() => run(worker.provider.makeTestImage, { ...shot, type }))));
    },
    async score(set: SetRef, images: readonly TestImage[]): Promise<ImageScore[]> {
      const asked = images.map(({ imageId, type }) => ({ imageId, type }));
      return (await run(worker.vision.scoreImages, { ...ref, set, photoIds: used, images: asked })).scores;
    },
  };
}

/** As Temporal would: a result that is not there yet is asked for again, and so is one in a moment of trouble. */
async function untilReady<T>(step: () => Promise<T>): Promise<T> {
  for (let trouble = 0; ; ) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof ApplicationFailure) || error.nonRetryable) throw error;
      if (error.type !== 'NotReadyYet') trouble += 1;
      if (trouble > MOST_TROUBLE) throw error;
      await sleep(20);
    }
  }
}

test('photos deleted in every stage harm neither the run nor a test after it', { timeout: 480_000 }, async () => {
  const identity = await newRun();
  const [first, second, third] = identity.photoIds;
  expect((await identity.validate()).sufficient).toBe(true);
  await identity.deletePhotos(first);
  const { archiveSha256, photos } = await identity.pack();
  expect(photos).toBe(3);
  await identity.deletePhotos(second);
  const lora = await identity.train(1, archiveSha256);
  const images = await identity.images(roundSet(1));
  await identity.deletePhotos(third);
  const states = (scores: readonly ImageScore[]) => scores.map(({ state }) => state);
  expect(states(await identity.score(roundSet(1), images))).toEqual(['scored', 'scored']);
  await identity.publish(lora);
  const set = await identity.openTest();
  expect(states(await identity.score(set, await identity.images(set)))).toEqual(['scored', 'scored']);
});

test('eight days later new images are made, and a new training, of files that the provider keeps no more', {
  timeout: 480_000,
}, async () => {
  const identity = await newRun();
  await identity.validate();
  const { archiveSha256 } = await identity.pack();
  await identity.train(1, archiveSha256);
  await identity.images(roundSet(1));
  expect(uploads).toEqual(['zip', 'safetensors']);

  sandbox.changeSettings({ filesAheadMs: EIGHT_DAYS_MS });
  identity.restart();
  expect(await identity.images(roundSet(2))).toHaveLength(2);
  expect(uploads).toEqual(['zip', 'safetensors', 'safetensors']);

  sandbox.changeSettings({ filesAheadMs: 2 * EIGHT_DAYS_MS });
  identity.restart();
  expect((await identity.pack()).archiveSha256).toBe(archiveSha256);
  await identity.train(2, archiveSha256);
  expect(await identity.images(roundSet(3))).toHaveLength(2);
  // The books have one training and two images for each that was asked for, and all ended well.
  const books = sandbox.books().entries.filter(({ outcome }) => outcome !== 'succeeded');
  expect(books).toEqual([]);
});
