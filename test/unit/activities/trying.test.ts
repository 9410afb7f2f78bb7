// A try of a round with another strength: the same shots, paid for and kept beside the first set, never over it.

import { describe, expect, it } from 'vitest';
import { makeTestImage } from '../../../core/pictures/make-test-image.ts';
import { scoreImages } from '../../../core/pictures/score-images.ts';
import { loraObject, pictureCallKey, pictureObject } from '../../../domain/keys.ts';
import type { TestShotInput } from '../../../domain/steps.ts';
import { addPhotos, createFakePorts, type FakePorts, IDENTITY, pathOf, TENANT } from '../../support/fake-ports.ts';
import { PAIR } from '../../support/models.ts';
import { descriptorAt, face, picture, samePerson } from '../../support/readings.ts';
import { rescueSet, roundSet } from '../../support/sets.ts';
import { run } from './run-step.ts';

const REF = { tenantId: TENANT, identityId: IDENTITY };
const FIRST: TestShotInput = { ...REF, ...PAIR, set: roundSet(1), type: 'portrait', triggerWord: 'lkbdf' };
const TRY: TestShotInput = { ...FIRST, set: rescueSet(1, 90) };
const PRICE = 70_000;

/** The provider draws each strength another picture. */
function worldWithLora(): FakePorts {
  const world = createFakePorts();
  world.store.loras.set(IDENTITY, {
    training: 1,
    object: loraObject(TENANT, IDENTITY, 1),
    sha256: 'c'.repeat(64),
    bytes: 100,
  });
  return world;
}

async function make(world: FakePorts, input: TestShotInput, attempt = 1) {
  const url = `https://provider.test/${input.set.strength}.jpg`;
  world.provider.answer = { data: { images: [{ url }] }, billableUnits: undefined };
  world.provider.files.set(url, Buffer.from(`drawn at ${input.set.strength}`));
  return run(makeTestImage(world), input, attempt);
}

describe('an image of a try', () => {
  it('has the seed of the first, and a ledger key, a row and a file of its own', async () => {
    const world = worldWithLora();
    const first = await make(world, FIRST);
    const tried = await make(world, TRY);
    expect(tried.seed).toBe(first.seed);
    expect(tried.imageId).not.toBe(first.imageId);
    expect(world.provider.posts.map(({ input }) => input)).toMatchObject([
      { seed: first.seed, loras: [{ scale: 0.8 }] },
      { seed: first.seed, loras: [{ scale: 0.9 }] },
    ]);
    const keys = [FIRST, TRY].map(({ set }) => pictureCallKey(IDENTITY, set, 'portrait'));
    for (const key of keys) expect(world.ledger.row(key)).toMatchObject({ state: 'settled', charged: PRICE });
    expect(world.store.images).toMatchObject([
      { imageId: first.imageId, set: FIRST.set },
      { imageId: tried.imageId, set: TRY.set },
    ]);
    expect(world.store.images.map(({ object }) => String(world.files.objects.get(pathOf(object))))).toEqual([
      'drawn at 80',
      'drawn at 90',
    ]);
  });

  it('is paid for once, however often it is asked for', async () => {
    const world = worldWithLora();
    const tried = await make(world, TRY);
    expect(await make(world, TRY, 2)).toEqual(tried);
    expect(world.provider.posts).toHaveLength(1);
    expect(world.ledger.budget).toMatchObject({ reserved: 0, charged: PRICE });
  });

  it('is scored by its own picture, while the row says what is going on', async () => {
    const world = createFakePorts();
    const photo = (name: string, descriptor: readonly number[]) => picture({ name, faces: [face({ descriptor })] });
    const photoIds = await addPhotos(world, {
      anna1: photo('anna1', samePerson(1)),
      anna2: photo('anna2', samePerson(2)),
    });
    for (const [set, descriptor] of [
      [FIRST.set, descriptorAt(9, 1.3)],
      [TRY.set, samePerson(20)],
    ] as const) {
      world.readings.set(`image ${set.kind}`, photo(`image ${set.kind}`, descriptor));
      const object = pictureObject(TENANT, IDENTITY, set, 'portrait');
      await world.files.put(object, Buffer.from(`image ${set.kind}`), 'image/jpeg');
    }
    const distanceOf = async ({ set }: TestShotInput) => {
      const images = [{ type: 'portrait', imageId: `image-${set.strength}` } as const];
      const { scores } = await run(scoreImages(world), { ...REF, photoIds, set, images });
      return scores[0]?.state === 'scored' ? scores[0].distance : Number.NaN;
    };
    expect(await distanceOf(FIRST)).toBeGreaterThan(0.8);
    expect(await distanceOf(TRY)).toBeLessThan(1);
    const stages = world.store.writes.filter(([name]) => name === 'saveStage').map(([, , , stage]) => stage);
    expect(stages).toEqual(['scoring', 'rescuing']);
  });
});
