// Scoring again what an older version scored: from the files that are kept, beside the old scores, and for nothing.

import { expect, it } from 'vitest';
import { rescoreImages } from '../../../core/pictures/rescore-images.ts';
import { pictureObject, referenceObject } from '../../../domain/keys.ts';
import type { SetRef } from '../../../domain/picture-set.ts';
import { referenceModel, referencesOf } from '../../../domain/reference-model.ts';
import type { KeptSet } from '../../../domain/rescore.ts';
import { CALIBRATION } from '../../../domain/score.ts';
import { scoreRound } from '../../../domain/score-round.ts';
import type { TestType } from '../../../domain/test-suite.ts';
import { createFakePorts, IDENTITY, pathOf, TENANT } from '../../support/fake-ports.ts';
import { face, picture, samePerson } from '../../support/readings.ts';
import { retestSet, roundSet } from '../../support/sets.ts';
import { failureOf, run } from './run-step.ts';

const REF = { tenantId: TENANT, identityId: IDENTITY };
const PHOTO_IDS = ['photo-1', 'photo-2', 'photo-3'];
const reading = (axis: number) => picture({ name: `picture ${axis}`, faces: [face({ descriptor: samePerson(axis) })] });

/** The identity's own copies of three photos, and images that are kept, each with what vision reads of it. */
async function keptWorld() {
  const world = createFakePorts();
  const keep = async (object: ReturnType<typeof referenceObject>, axis: number) => {
    world.readings.set(pathOf(object), reading(axis));
    await world.files.put(object, Buffer.from(pathOf(object)), 'image/jpeg');
  };
  for (const [axis, photoId] of PHOTO_IDS.entries()) await keep(referenceObject(TENANT, IDENTITY, photoId), axis);
  const setOf = async (set: SetRef, calibration: string, types: TestType[], flagged = false): Promise<KeptSet> => {
    const images = types.map((type) => {
      return { imageId: `${set.kind}-${type}`, type, object: pictureObject(TENANT, IDENTITY, set, type), flagged };
    });
    for (const { object } of images) await keep(object, set.kind === 'round' ? 11 : 12);
    return { set, calibration, images };
  };
  const hold = (...sets: KeptSet[]) =>
    world.rescores.keptOf.set(IDENTITY, { photoIds: PHOTO_IDS, heldOut: 'photo-2', sets });
  return { world, setOf, hold, made: () => world.rescores.made.get(IDENTITY) };
}

it('makes of the kept images what a new round would make of them, and writes nothing else', async () => {
  const { world, setOf, hold, made } = await keptWorld();
  hold(await setOf(roundSet(1), 'v1', ['profile', 'portrait']), await setOf(retestSet(1), 'v1', ['lighting']));
  expect(await run(rescoreImages(world), REF)).toEqual({ calibration: CALIBRATION.version, images: 3 });

  const references = PHOTO_IDS.map((photoId, axis) => ({ photoId, reading: reading(axis) }));
  const asNew = scoreRound(
    (['portrait', 'profile'] as const).map((type) => ({ type, imageId: `round-${type}`, reading: reading(11) })),
    referenceModel(referencesOf(references)),
    'photo-2',
  );
  expect(made()?.sets[0]).toEqual({ set: roundSet(1), images: asNew.scores, scores: asNew.summary });
  expect(made()?.sets.map(({ set, scores }) => [set, scores.calibration])).toEqual([
    [roundSet(1), CALIBRATION.version],
    [retestSet(1), CALIBRATION.version],
  ]);
  expect(world.store.writes).toEqual([]);
  expect(world.ledger.rows.size).toBe(0);
  expect(world.provider.posts).toEqual([]);
});

it('what today’s version scored is left alone', async () => {
  const { world, setOf, hold, made } = await keptWorld();
  hold(await setOf(roundSet(1), 'v1', ['portrait']), await setOf(retestSet(1), CALIBRATION.version, ['portrait']));
  await run(rescoreImages(world), REF);
  expect(made()?.sets.map(({ set }) => set)).toEqual([roundSet(1)]);
});

it('a flagged image stays without a score, and one whose file is gone keeps its old score alone', async () => {
  const { world, setOf, hold, made } = await keptWorld();
  const flagged = await setOf(roundSet(1), 'v1', ['fullbody'], true);
  const set = await setOf(roundSet(1), 'v1', ['portrait', 'lighting']);
  hold({ ...set, images: [...set.images, ...flagged.images] });
  await world.files.remove('character-tests', [pictureObject(TENANT, IDENTITY, roundSet(1), 'lighting').key]);
  await run(rescoreImages(world), REF);
  expect(made()?.sets[0]?.images).toMatchObject([
    { type: 'portrait', state: 'scored' },
    { type: 'fullbody', state: 'not_scorable', reason: 'provider_flagged' },
  ]);
});

it.each([
  ['photos', 'character-references', 'reference photos'],
  ['images', 'character-tests', 'test images'],
] as const)('when its %s went meanwhile it fails at once, and nothing is written', async (_, bucket, named) => {
  const { world, setOf, hold, made } = await keptWorld();
  hold(await setOf(roundSet(1), 'v1', ['portrait']));
  const keys = world.files.paths().filter((path) => path.startsWith(`${bucket}/`));
  await world.files.remove(
    bucket,
    keys.map((path) => path.slice(bucket.length + 1)),
  );
  const failure = await failureOf(rescoreImages(world), REF);
  expect(failure).toMatchObject({ type: 'NotFound', nonRetryable: true });
  expect(failure.message).toContain(named);
  expect(made()).toBeUndefined();
});

it('what goes into the history shows no face', async () => {
  const { world, setOf, hold } = await keptWorld();
  hold(await setOf(roundSet(1), 'v1', ['portrait']));
  const answer = await run(rescoreImages(world), REF);
  expect(Object.keys(answer)).toEqual(['calibration', 'images']);
});
