// The generated pictures of characters in the database, and the photos that were made of them.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Supabase } from '../../adapters/supabase/client.ts';
import { createTables, type Tables } from '../../adapters/supabase/tables.ts';
import type { CastMember, Finding } from '../../domain/stills/still.ts';
import { memberOf } from '../contract/stills.ts';
import { type Cast, image, lora, newCast, newIdentity, newPhoto, newTenant, publication } from '../support/cast.ts';
import { newBatch, newPicture, newStill, recognised } from '../support/new-stills.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';

let supabase: TestSupabase;
let client: Supabase;
let tables: Tables;
beforeAll(async () => {
  supabase = await startTestSupabase();
  client = databaseOf(supabase);
  tables = createTables(client);
});
afterAll(() => supabase?.stop());

const PAGE = { limit: 100 };
const failure = (code: string) => expect.objectContaining({ code });

/** A character with a version that may be drawn, and a member of a cast for it. */
async function newMember(tenantId?: string): Promise<Cast & { member: CastMember }> {
  const cast = await newCast(client, tenantId);
  await tables.identities.saveLora(cast.tenantId, cast.identityId, lora(cast));
  await tables.identities.publish(publication(cast));
  return { ...cast, member: memberOf(cast.characterId, cast.identityId, lora(cast).sha256) };
}

/** A still that has ended with two pictures, of which the second is kept; its id. */
async function addStill(tenantId: string, cast: CastMember[], findings: Finding[] = []): Promise<string> {
  const still = newStill(1, { cast });
  const opened = await tables.stills.open(newBatch(tenantId, [still]), { openBatches: 100, monthCap: 1_000_000_000 });
  if (!('batch' in opened)) throw new Error(opened.refused);
  const of = { tenantId, batchId: opened.batch.id, stillId: still.id };
  const kept = newPicture(2, of);
  for (const picture of [newPicture(1, of), kept]) await tables.stills.savePicture(tenantId, still.id, picture);
  await tables.stills.saveCheck(tenantId, still.id, 2, recognised([90, 90], findings));
  const state = findings.length > 0 ? 'flagged' : 'passed';
  await tables.stills.close(tenantId, still.id, { state, best: 2, repairs: 0, reason: undefined });
  return kept.id;
}

const shown = async (tenantId: string, characterId: string) =>
  (await tables.pictures.ofCharacter(tenantId, characterId, PAGE)).items;

describe('the pictures of a character', () => {
  test('are its test images and the kept pictures of its stills, newest first, of every identity', async () => {
    const mara = await newMember();
    const jonas = await newMember(mara.tenantId);
    const portrait = image(mara, 'portrait');
    await tables.testImages.save(portrait);
    const second = { ...mara, identityId: await newIdentity(client, mara) };
    const profile = image(second, 'profile');
    await tables.testImages.save(profile);
    await tables.testImages.save(image(jonas, 'portrait'));
    const together = await addStill(mara.tenantId, [jonas.member, mara.member]);
    await addStill(mara.tenantId, [jonas.member]);

    const found = await shown(mara.tenantId, mara.characterId);
    expect(found.map(({ id, source }) => [id, source.kind])).toEqual([
      [together, 'still'],
      [profile.imageId, 'test'],
      [portrait.imageId, 'test'],
    ]);
    expect(found[0]?.source).toMatchObject({ kind: 'still', number: 1 });
    expect(found[2]?.source).toEqual({ kind: 'test', identityId: mara.identityId, type: 'portrait' });
    expect(await shown(mara.tenantId, jonas.characterId)).toHaveLength(3);
  });

  test('leave out a still in which the check missed the character, and images that went with their run', async () => {
    const mara = await newMember();
    const other = await newMember(mara.tenantId);
    await addStill(mara.tenantId, [other.member, mara.member], [{ code: 'missing_character', member: 1 }]);
    const there = await addStill(
      mara.tenantId,
      [other.member, mara.member],
      [{ code: 'missing_character', member: 0 }],
    );
    const stopped = { ...mara, identityId: await newIdentity(client, mara) };
    await tables.testImages.save(image(stopped, 'portrait'));
    expect((await shown(mara.tenantId, mara.characterId)).map(({ id }) => id)).toHaveLength(2);
    await tables.identities.close(mara.tenantId, stopped.identityId, 'cancelled', 'Stopped.');
    expect((await shown(mara.tenantId, mara.characterId)).map(({ id }) => id)).toEqual([there]);
  });

  test('come in pages that miss and repeat nothing', async () => {
    const cast = await newCast(client);
    const images = (['portrait', 'fullbody', 'profile', 'lighting', 'expression'] as const).map((type) =>
      image(cast, type),
    );
    for (const one of images) await tables.testImages.save(one);
    const ids: string[] = [];
    for (let cursor: string | undefined, pages = 0; pages === 0 || cursor; pages++) {
      const page = await tables.pictures.ofCharacter(cast.tenantId, cast.characterId, { limit: 2, cursor });
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(ids).toEqual(images.map(({ imageId }) => imageId).reverse());
    const wrong = tables.pictures.ofCharacter(cast.tenantId, cast.characterId, { limit: 2, cursor: 'no cursor' });
    await expect(wrong).rejects.toEqual(failure('NotFound'));
  });

  test('do not exist for another tenant', async () => {
    const mara = await newMember();
    const portrait = image(mara, 'portrait');
    await tables.testImages.save(portrait);
    const still = await addStill(mara.tenantId, [mara.member]);
    const other = await newTenant(client);
    expect(await shown(other, mara.characterId)).toEqual([]);
    const ids = [portrait.imageId, still];
    expect(await tables.pictures.files(other, ids)).toEqual(new Map());
    const mine = await tables.pictures.files(mara.tenantId, [...ids, randomUUID(), 'no id']);
    expect([...mine].map(([id, { bucket }]) => [id, bucket]).sort()).toEqual(
      [
        [portrait.imageId, 'character-tests'],
        [still, 'stills'],
      ].sort(),
    );
    expect(mine.get(portrait.imageId)).toEqual(portrait.object);
  });
});

test('a photo of a picture names it, and goes on doing so when the picture is gone', async () => {
  const { tenantId, characterId } = await newCast(client);
  const origin = { kind: 'generated', pictureId: randomUUID() } as const;
  const added = await tables.photos.add({ ...newPhoto(tenantId, characterId), origin });
  expect(added.origin).toEqual(origin);
  expect((await tables.photos.of(tenantId, characterId)).map((photo) => photo.origin.kind)).toEqual([
    ...['uploaded', 'uploaded', 'generated'],
  ]);
});
