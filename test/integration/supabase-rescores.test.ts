// Scores of an older version in the database: what of an identity can be scored again, and the new scores beside the old.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createRescores } from '../../adapters/supabase/rescores.ts';
import { createRetests } from '../../adapters/supabase/retests.ts';
import { createTables, type Tables } from '../../adapters/supabase/tables.ts';
import type { Rescores } from '../../core/ports/rescores.ts';
import type { StoredTestImage } from '../../core/ports/test-images.ts';
import { pictureObject } from '../../domain/keys.ts';
import type { SetRef } from '../../domain/picture-set.ts';
import type { RescoredSet } from '../../domain/rescore.ts';
import { CALIBRATION, summarise } from '../../domain/score.ts';
import { type Cast, image, lora, newCast, newTenant, publication, scored, summary } from '../support/cast.ts';
import { rescueSet, retestSet, roundSet } from '../support/sets.ts';
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

/** An image of this set with a score that a version made. */
async function scoredImage(cast: Cast, set: SetRef, calibration: string): Promise<StoredTestImage> {
  const { tenantId, identityId } = cast;
  const one = { ...image(cast, 'portrait'), set, object: pictureObject(tenantId, identityId, set, 'portrait') };
  await tables.testImages.save(one);
  await tables.testImages.saveScores(tenantId, identityId, set, [scored('portrait', one.imageId)], {
    ...summary,
    calibration,
  });
  return one;
}

test('tells what is shown: of the newest scored round all strengths, and the tests; each with its version', async () => {
  const cast = await newCast(client);
  const { tenantId, identityId, photoIds } = cast;
  await scoredImage(cast, roundSet(1), 'v1');
  const first = await scoredImage(cast, roundSet(2), 'v1');
  const tried = await scoredImage(cast, rescueSet(2, 90), 'v1');
  await tables.testImages.save(image(cast, 'profile', 3)); // made, and not scored yet
  await tables.identities.saveReferences(tenantId, identityId, photoIds.slice(0, 1), photoIds[0]);
  await tables.identities.saveLora(tenantId, identityId, lora(cast));
  await tables.identities.publish({ ...publication(cast), scores: summary });
  await createRetests(client).open(tenantId, identityId, randomUUID(), ['portrait']);
  const again = await scoredImage(cast, retestSet(1, 70), CALIBRATION.version);

  const kept = await rescores.kept(tenantId, identityId);
  expect(kept).toMatchObject({ photoIds: photoIds.slice(0, 1), heldOut: photoIds[0] });
  const named = kept.sets.map(({ images, ...rest }) => ({ ...rest, images: images.map(({ imageId }) => imageId) }));
  expect(named).toHaveLength(3);
  expect(named).toEqual(
    expect.arrayContaining([
      { set: roundSet(2), calibration: 'v1', images: [first.imageId] },
      { set: rescueSet(2, 90), calibration: 'v1', images: [tried.imageId] },
      { set: retestSet(1, 70), calibration: CALIBRATION.version, images: [again.imageId] },
    ]),
  );
  const files = kept.sets.flatMap(({ images }) => images.map(({ object }) => object));
  expect(files).toEqual(expect.arrayContaining([first.object, tried.object, again.object]));
});

test('an image that the provider flagged is known again by its old score', async () => {
  const cast = await newCast(client);
  const flagged = await scoredImage(cast, roundSet(1), 'v1');
  const reason = 'provider_flagged';
  const score = { type: 'portrait', imageId: flagged.imageId, state: 'not_scorable', reason } as const;
  await tables.testImages.saveScores(cast.tenantId, cast.identityId, flagged.set, [score], summary);
  const { sets } = await rescores.kept(cast.tenantId, cast.identityId);
  expect(sets.flatMap(({ images }) => images)).toMatchObject([{ imageId: flagged.imageId, flagged: true }]);
});

test('keeps new scores beside the old ones, and the same again replaces them', async () => {
  const cast = await newCast(client);
  const { tenantId, identityId } = cast;
  const { imageId } = await scoredImage(cast, roundSet(1), 'v1');
  const setOf = (score: number): RescoredSet => {
    const images = [{ ...scored('portrait', imageId), score }];
    return { set: roundSet(1), images, scores: summarise(images) };
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
  const { imageId } = await scoredImage(cast, roundSet(1), 'v1');
  const images = [scored('portrait', imageId)];
  const set = { set: roundSet(1), images, scores: summarise(images) };
  await rescores.save(cast.tenantId, cast.identityId, [set]);
  const other = await newTenant(client);
  await expect(rescores.kept(other, cast.identityId)).rejects.toMatchObject({ code: 'NotFound' });
  expect(await rescores.find(other, cast.identityId)).toBeUndefined();
  await expect(rescores.save(other, cast.identityId, [set])).rejects.toThrow();
});
