// Generated pictures as reference photos: judged as files of an upload, and known by where they come from.

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { CharacterRow } from '../../../core/ports/characters.ts';
import { PHOTO_LIMITS } from '../../../domain/photo-limits.ts';
import { addStills, newPair, newPicture } from '../../support/new-stills.ts';
import { problemIn } from './problem-in.ts';
import { KEY, newWorld, OTHER_TENANT, TENANT, type World } from './world.ts';

interface Report {
  photos: { photoId: string | null; pictureId?: string; verdict: string; findings: { code: string }[] }[];
  set: { usable: number; total: number; sufficient: boolean; problem?: { code: string; photoIds?: string[] } };
}

/** A world with a character, and a test image of it for each text. */
function worldWith(texts: string[], tenantId = TENANT) {
  const world = newWorld();
  const character = world.addCharacter(tenantId);
  const identity = world.addIdentity(character);
  const pictureIds = texts.map((text, at) => world.addImage(identity, 'portrait', at + 1, Buffer.from(text)).id);
  const path = `/v1/characters/${character.id}/photos/from-pictures`;
  const take = (ids: string[]) => world.ask('POST', path, { pictureIds: ids });
  const report = async (ids: string[]) => (await (await take(ids)).json()) as Report;
  return { ...world, character, pictureIds, path, take, report };
}

/** The picture that is kept of a still with this character, by its id. */
async function addStillOf(world: World, { id: characterId, tenantId }: CharacterRow, text: string): Promise<string> {
  const cast = newPair().map((member, at) => (at === 0 ? { ...member, characterId } : member));
  const [{ id = '', batchId = '' } = {}] = await addStills(world.stills, tenantId, 1, { cast });
  const picture = newPicture(1, { tenantId, batchId, stillId: id });
  world.rows.objects.set(`${picture.object.bucket}/${picture.object.key}`, Buffer.from(text));
  await world.stills.savePicture(tenantId, id, picture);
  await world.stills.close(tenantId, id, { state: 'passed', best: 1, repairs: 0, reason: undefined });
  return picture.id;
}

describe('generated pictures as photos', () => {
  test('get the verdicts of an upload of the same files, in their order', async () => {
    const texts = ['a', 'broken', 'b small', 'a'];
    const { report, pictureIds, rows } = worldWith(texts);
    const taken = await report(pictureIds);
    const uploading = newWorld();
    const form = new FormData();
    for (const text of texts) form.append('photos', new File([text], 'portrait.jpg'));
    const headers = { authorization: `Bearer ${KEY}` };
    const upload = `/v1/characters/${uploading.addCharacter().id}/photos`;
    const uploaded = (await (
      await uploading.app.request(upload, { method: 'POST', headers, body: form })
    ).json()) as Report;
    const said = ({ photos, set }: Report) => [
      photos.map(({ verdict, findings }) => [verdict, findings.map((f) => f.code)]),
      set,
    ];
    expect(said(taken)).toEqual(said(uploaded));
    expect(taken.photos.map(({ verdict }) => verdict)).toEqual(['accepted', 'rejected', 'warned', 'rejected']);
    expect(taken.photos.map(({ pictureId }) => pictureId)).toEqual(pictureIds);
    expect(taken.photos.map(({ photoId }) => photoId !== null)).toEqual([true, false, true, true]);
    expect(rows.photos.size).toBe(3);
  });

  test('know the picture that they come from; an uploaded one says that it is that', async () => {
    const world = worldWith(['a']);
    const { character, pictureIds, report, ask, addPhotos } = world;
    const still = await addStillOf(world, character, 'b');
    addPhotos(character, 1);
    await report([...pictureIds, still]);
    const { items } = (await (await ask('GET', `/v1/characters/${character.id}/photos`)).json()) as {
      items: { origin: object }[];
    };
    expect(items.map(({ origin }) => origin)).toEqual([
      { kind: 'uploaded' },
      ...[...pictureIds, still].map((pictureId) => ({ kind: 'generated', pictureId })),
    ]);
  });

  test('are kept as they were encoded anew, and judged with the photos that are there', async () => {
    const { report, pictureIds, rows, ask, path } = worldWith(['a', 'b', 'c', 'd stranger']);
    const [first = '', ...others] = pictureIds;
    await report(others);
    const { set, photos } = await report([first]);
    expect(photos).toMatchObject([{ verdict: 'accepted' }]);
    expect(set).toMatchObject({ usable: 3, total: 4, problem: { code: 'wrong_person' } });
    expect([...rows.objects.values()].map(String)).toContain('encoded anew: a');
    // Taken again, it is the duplicate that a second upload of the file is.
    const again = (await (await ask('POST', path, { pictureIds: [first] })).json()) as Report;
    expect(again.photos).toMatchObject([{ verdict: 'rejected', findings: [{ code: 'duplicate' }] }]);
  });

  test('that are too large for an upload are too large here', async () => {
    const { report, pictureIds } = worldWith(['a'.repeat(PHOTO_LIMITS.maxBytes + 1)]);
    expect((await report(pictureIds)).photos).toMatchObject([
      { photoId: null, verdict: 'rejected', findings: [{ code: 'too_many_bytes' }] },
    ]);
  });

  test('that do not exist, or are of another tenant, are named, and nothing is stored', async () => {
    const world = worldWith(['a']);
    const theirs = world.addImage(world.addIdentity(world.addCharacter(OTHER_TENANT)), 'portrait').id;
    const theirStill = await addStillOf(world, world.addCharacter(OTHER_TENANT), 'b');
    for (const wrong of [randomUUID(), theirs, theirStill]) {
      const problem = await problemIn(await world.take([...world.pictureIds, wrong]));
      expect(problem).toMatchObject({ status: 404, code: 'not_found', pictureIds: [wrong] });
      expect(problem.detail).toContain(wrong);
      expect(problem.detail).not.toContain(world.pictureIds[0]);
    }
    expect(world.rows.photos.size).toBe(0);
  });

  test('whose file was deleted are named, and nothing is stored', async () => {
    const world = worldWith(['a', 'b']);
    const [, second = ''] = world.pictureIds;
    const object = world.rows.images.get(second)?.object;
    world.rows.objects.delete(`${object?.bucket}/${object?.key}`);
    const problem = await problemIn(await world.take(world.pictureIds));
    expect(problem).toMatchObject({ status: 409, code: 'picture_gone', pictureIds: [second] });
    expect(problem.detail).toMatch(new RegExp(`${second}.*Choose other pictures`));
    expect(world.rows.photos.size).toBe(0);
  });

  test('are as many as an upload takes at most, and at least one', async () => {
    const { take } = worldWith([]);
    for (const ids of [[], Array.from({ length: PHOTO_LIMITS.maxPhotosEver + 1 }, () => randomUUID())]) {
      const problem = await problemIn(await take(ids));
      expect(problem).toMatchObject({ status: 422, code: 'invalid_request' });
      expect(problem.errors?.[0]?.path).toBe('pictureIds');
    }
  });
});

describe('the pictures of a character', () => {
  test('are its test images and its stills, with where each is shown, a page at a time', async () => {
    const world = worldWith(['a', 'b']);
    const { character, pictureIds, ask } = world;
    const still = await addStillOf(world, character, 'c');
    await addStillOf(world, world.addCharacter(), 'of somebody else');
    world.addImage(world.addIdentity(world.addCharacter()), 'portrait');
    const page = async (query: string) =>
      (await (await ask('GET', `/v1/characters/${character.id}/pictures${query}`)).json()) as {
        items: { pictureId: string; source: { kind: string }; links: { content: string } }[];
        nextCursor?: string;
      };
    const all = await page('');
    expect(all.items.map(({ pictureId }) => pictureId).sort()).toEqual([still, ...pictureIds].sort());
    for (const { links } of all.items) expect((await ask('GET', links.content)).status).toBe(200);
    expect(all.items.find(({ pictureId }) => pictureId === still)?.source).toMatchObject({ kind: 'still', number: 1 });
    const first = await page('?limit=2');
    const rest = await page(`?limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...rest.items]).toEqual(all.items);
    expect(rest.nextCursor).toBeUndefined();
  });

  test('are none of a character that nothing was made of', async () => {
    const { ask, addCharacter } = newWorld();
    const answer = await ask('GET', `/v1/characters/${addCharacter().id}/pictures`);
    expect(await answer.json()).toEqual({ items: [] });
  });
});
