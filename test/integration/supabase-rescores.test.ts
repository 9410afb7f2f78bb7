// Scores of an older version in the database: what of an identity can be scored again, and the new scores beside the old.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createRescores } from '../../adapters/supabase/rescores.ts';
import { createRetests } from '../../adapters/supabase/retests.ts';
import { createTables, type Tables } from '../../adapters/supabase/tables.ts';
import type { Rescores } from '../../core/ports/rescores.ts';
import type { StoredTestImage } from '../../core/ports/test-images.ts';
import { retestRound, testImageObject } from '../../domain/keys.ts';
import type { RescoredSet } from '../../domain/rescore.ts';
import { CALIBRATION, summarise } from '../../domain/score.ts';
import { type Cast, image, lora, newCast, newTenant, publication, scored, summary } from '../support/cast.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';

let supabase: TestSupabase;
let client: Supabase;
let tables: Tables;
let rescores: Rescores;

beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
  tables = createTables(client);
  rescores = createRescores(client);
});
afterAll(() => supabase?.stop());

/** An image of this round with a score that a version made. */
async function scoredImage(cast: Cast, round: number, calibration: string, rest: Partial<StoredTestImage> = {}) {
  const one = { ...image(cast, 'portrait', round), ...rest };
  await tables.testImages.save(one);
  await tables.testImages.saveScores(cast.tenantId, cast.identityId, round, [scored('portrait', one.imageId)], {
    ...summary,
    calibration,
  });
  return one;
}

test('tells what is shown: of the newest scored round all strengths, and the tests; each with its version', async () => {
  const cast = await newCast(client);
  const { tenantId, identityId, photoIds } = cast;
  await scoredImage(cast, 1, 'v1');
  const first = await scoredImage(cast, 2, 'v1');
  const tried = await scoredImage(cast, 2, 'v1', {
    strength: 90,
    object: testImageObject(tenantId, identityId, 2, 'portrait', 90),
  });
  await tables.testImages.save(image(cast, 'profile', 3)); // made, and not scored yet
  await tables.identities.saveReferences(tenantId, identityId, photoIds.slice(0, 1), photoIds[0]);
  await tables.identities.saveLora(tenantId, identityId, lora(cast));
  await tables.identities.publish({ ...publication(cast), scores: summary });
  await createRetests(client).open(tenantId, identityId, randomUUID(), ['portrait']);
  const again = await scoredImage(cast, retestRound(1), CALIBRATION.version);

  const kept = await rescores.kept(tenantId, identityId);
  expect(kept).toMatchObject({ photoIds: photoIds.slice(0, 1), heldOut: photoIds[0] });
  const named = kept.sets.map(({ images, ...set }) => ({ ...set, images: images.map(({ imageId }) => imageId) }));
  expect(named.toSorted((a, b) => a.round - b.round || a.strength - b.strength)).toEqual([
    { round: 2, strength: 80, calibration: 'v1', images: [first.imageId] },
    { round: 2, strength: 90, calibration: 'v1', images: [tried.imageId] },
    { round: retestRound(1), strength: 80, calibration: CALIBRATION.version, images: [again.imageId] },
  ]);
  const files = kept.sets.flatMap(({ images }) => images.map(({ object }) => object));
  expect(files).toEqual(expect.arrayContaining([first.object, tried.object, again.object]));
});

test('an image that the provider flagged is known again by its old score', async () => {
  const cast = await newCast(client);
  const flagged = await scoredImage(cast, 1, 'v1');
  const reason = 'provider_flagged';
  const score = { type: 'portrait', imageId: flagged.imageId, state: 'not_scorable', reason } as const;
  await tables.testImages.saveScores(cast.tenantId, cast.identityId, 1, [score], summary);
  const { sets } = await rescores.kept(cast.tenantId, cast.identityId);
  expect(sets.flatMap(({ images }) => images)).toMatchObject([{ imageId: flagged.imageId, flagged: true }]);
});

test('keeps new scores beside the old ones, and the same again replaces them', async () => {
  const cast = await newCast(client);
  const { tenantId, identityId } = cast;
  const { imageId } = await scoredImage(cast, 1, 'v1');
  const setOf = (score: number): RescoredSet => {
    const images = [{ ...scored('portrait', imageId), score }];
    return { round: 1, strength: 80, images, scores: summarise(images) };
  };
  expect(await rescores.find(tenantId, identityId)).toBeUndefined();
  for (const score of [70, 88]) await rescores.save(tenantId, identityId, [setOf(score)]);
  expect(await rescores.find(tenantId, identityId)).toEqual({
    calibration: CALIBRATION.version,
    sets: [setOf(88)],
    at: expect.any(String),
  });
  const { data } = await client.from('identities').select('scores').eq('id', identityId).single();
  expect(data?.scores).toMatchObject({ calibration: 'v1' });
  expect((await rescores.kept(tenantId, identityId)).sets).toMatchObject([{ calibration: 'v1' }]);
});

test("another tenant's are not there", async () => {
  const cast = await newCast(client);
  const { imageId } = await scoredImage(cast, 1, 'v1');
  const images = [scored('portrait', imageId)];
  const set = { round: 1, strength: 80, images, scores: summarise(images) };
  await rescores.save(cast.tenantId, cast.identityId, [set]);
  const other = await newTenant(client);
  await expect(rescores.kept(other, cast.identityId)).rejects.toMatchObject({ code: 'NotFound' });
  expect(await rescores.find(other, cast.identityId)).toBeUndefined();
  await expect(rescores.save(other, cast.identityId, [set])).rejects.toThrow();
});
