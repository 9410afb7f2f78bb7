// The ends of a run: what is published, what is kept as a record, and what is removed because nobody may use it.

import { describe, expect, it } from 'vitest';
import { closeIdentity, publishIdentity } from '../../../core/identities/close-identity.ts';
import { Failure } from '../../../domain/failure.ts';
import { archiveObject, loraObject, photoObject, pictureObject, referenceObject } from '../../../domain/keys.ts';
import type { EndStage } from '../../../domain/stage.ts';
import { TEST_TYPES } from '../../../domain/test-suite.ts';
import { CHARACTER, createFakePorts, type FakePorts, IDENTITY, pathOf, TENANT } from '../../support/fake-ports.ts';
import { roundSet } from '../../support/sets.ts';
import { failureOf, run } from './run-step.ts';

const OTHER_IDENTITY = 'ffffffff-0000-4000-8000-000000000002';
const SHA = 'a'.repeat(64);

const archiveOf = (identityId: string) => pathOf(archiveObject(TENANT, identityId, SHA));
const lorasOf = (identityId: string) => [1, 2].map((n) => pathOf(loraObject(TENANT, identityId, n)));
const imagesOf = (identityId: string) =>
  [1, 2].flatMap((round) => TEST_TYPES.map((type) => pathOf(pictureObject(TENANT, identityId, roundSet(round), type))));
const referencesIn = (identityId: string) =>
  ['photo-1', 'photo-2'].map((id) => pathOf(referenceObject(TENANT, identityId, id)));
const photosIn = (identityId: string) => [archiveOf(identityId), ...referencesIn(identityId)];
const allOf = (identityId: string) => [...photosIn(identityId), ...lorasOf(identityId), ...imagesOf(identityId)];
const PHOTO = pathOf(photoObject(TENANT, CHARACTER, 'photo-1'));

/** Two identities with two trainings and two rounds each, and a photo of their character. */
function worldAtTheEnd(): FakePorts {
  const world = createFakePorts();
  for (const path of [...allOf(IDENTITY), ...allOf(OTHER_IDENTITY), PHOTO]) {
    world.files.objects.set(path, Buffer.from('bytes'));
  }
  return world;
}

const END = { tenantId: TENANT, identityId: IDENTITY, reason: 'because' };

const STAGES: { stage: Exclude<EndStage, 'ready'>; removed: string[] }[] = [
  { stage: 'failed', removed: photosIn(IDENTITY) },
  { stage: 'rejected', removed: [...photosIn(IDENTITY), ...lorasOf(IDENTITY)] },
  { stage: 'expired', removed: allOf(IDENTITY) },
  { stage: 'cancelled', removed: allOf(IDENTITY) },
];

describe('a run that did not become ready', () => {
  it.each(STAGES)('$stage: removes exactly what nobody may use any more', async ({ stage, removed }) => {
    const world = worldAtTheEnd();
    const before = world.files.paths();
    await run(closeIdentity(world), { ...END, stage });
    expect(world.files.paths()).toEqual(before.filter((path) => !removed.includes(path)));
    expect(world.store.writes).toEqual([['close', TENANT, IDENTITY, stage, 'because']]);
  });

  it.each(STAGES)('$stage: twice is once', async ({ stage }) => {
    const world = worldAtTheEnd();
    await run(closeIdentity(world), { ...END, stage });
    const left = world.files.paths();
    await run(closeIdentity(world), { ...END, stage }, 2);
    expect(world.files.paths()).toEqual(left);
  });

  it('takes files along whose step died before it could tell of them', async () => {
    const world = worldAtTheEnd();
    const forgotten = pathOf(archiveObject(TENANT, IDENTITY, 'b'.repeat(64)));
    world.files.objects.set(forgotten, Buffer.from('bytes'));
    await run(closeIdentity(world), { ...END, stage: 'failed' });
    expect(world.files.paths()).not.toContain(forgotten);
  });

  it('ended before anything was made: nothing is removed, the end is written', async () => {
    const world = createFakePorts();
    world.files.objects.set(PHOTO, Buffer.from('bytes'));
    await run(closeIdentity(world), { ...END, stage: 'expired' });
    expect(world.files.paths()).toEqual([PHOTO]);
    expect(world.store.writes).toHaveLength(1);
  });

  it('is not written as ended while its files are still there', async () => {
    const world = worldAtTheEnd();
    const removeFolder = async () => {
      throw new Failure('StoreUnavailable', 'The storage does not answer.');
    };
    const step = closeIdentity({ ...world, files: { ...world.files, removeFolder } });
    const failure = await failureOf(step, { ...END, stage: 'cancelled' });
    expect(failure).toMatchObject({ type: 'StoreUnavailable', nonRetryable: false });
    expect(world.store.writes).toEqual([]);
  });
});

const SCORES = { calibration: 'v1', mean: 92, worst: 88, scorable: 5, of: 5, passed: true, missed: [] };
const PUBLICATION = {
  tenantId: TENANT,
  identityId: IDENTITY,
  characterId: CHARACTER,
  training: 2,
  loraSha256: 'c'.repeat(64),
  scores: SCORES,
  testSuite: 'suite-2',
  decisionRound: 2,
  decisionId: 'd-1',
  approvedBy: 'anna',
  referenceStrength: 80,
} as const;

describe('a run that became ready', () => {
  it('is pinned to what was approved', async () => {
    const world = worldAtTheEnd();
    expect(await run(publishIdentity(world), PUBLICATION)).toEqual({ version: 1 });
    const { training: _, ...pinned } = PUBLICATION;
    expect(world.store.publications).toEqual([pinned]);
  });

  it('by a workflow that knew no other suite, it was tested by suite-1', async () => {
    const world = worldAtTheEnd();
    const { testSuite: _, ...older } = PUBLICATION;
    await run(publishIdentity(world), older);
    expect(world.store.publications).toMatchObject([{ testSuite: 'suite-1' }]);
  });

  it('loses the archive with its photos and the LoRAs that were sent back, and keeps images and references', async () => {
    const world = worldAtTheEnd();
    const [sentBack, approved] = lorasOf(IDENTITY);
    const before = world.files.paths();
    await run(publishIdentity(world), PUBLICATION);
    const removed = [archiveOf(IDENTITY), sentBack];
    expect(world.files.paths()).toEqual(before.filter((path) => !removed.includes(path)));
    expect(world.files.paths()).toContain(approved);
  });

  it('after its first training keeps its one LoRA', async () => {
    const world = worldAtTheEnd();
    await run(publishIdentity(world), { ...PUBLICATION, training: 1 });
    expect(world.files.paths()).toEqual(expect.arrayContaining(lorasOf(IDENTITY)));
  });

  it('published twice is one version', async () => {
    const world = worldAtTheEnd();
    await run(publishIdentity(world), PUBLICATION);
    expect(await run(publishIdentity(world), PUBLICATION, 2)).toEqual({ version: 1 });
    expect(world.store.publications).toHaveLength(1);
  });

  it('keeps its archive until it is published', async () => {
    const world = worldAtTheEnd();
    const publish = async () => {
      throw new Failure('StoreUnavailable', 'The database does not answer.');
    };
    const step = publishIdentity({ ...world, identities: { ...world.identities, publish } });
    await failureOf(step, PUBLICATION);
    expect(world.files.paths()).toContain(archiveOf(IDENTITY));
  });
});
