import { describe, expect, test } from 'vitest';
import { problemIn } from './problem-in.ts';
import { KEY, newWorld, type World } from './world.ts';

interface Finding {
  code: string;
  otherPhotoId?: string;
}
interface Report {
  photos: { photoId: string | null; fileName: string; verdict: string; findings: Finding[] }[];
  set: { usable: number; total: number; sufficient: boolean; problem?: { code: string; message: string } };
}

const INSPECT = '/v1/photos/inspect';

async function send({ app }: World, path: string, contents: string[], key = KEY): Promise<Response> {
  const form = new FormData();
  for (const [i, text] of contents.entries()) form.append('photos', new File([text], `${i}.jpg`));
  return app.request(path, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: form });
}

const inspect = async (world: World, contents: string[]): Promise<Report> =>
  (await (await send(world, INSPECT, contents)).json()) as Report;

describe('an inspection', () => {
  test.each([
    ['good photos', ['a', 'b', 'c']],
    ['a broken, a small and a doubled one', ['a', 'broken', 'b small', 'a']],
    ['a stranger', ['a', 'b', 'c', 'stranger']],
    ['more than a run takes', ['a', 'b', 'c', 'd', 'e', 'f']],
  ])('of %s answers what the upload to a new character does, without ids', async (_, contents) => {
    const world = newWorld();
    const inspected = await inspect(world, contents);
    const uploaded = await send(world, `/v1/characters/${world.addCharacter().id}/photos`, contents);
    const report = (await uploaded.json()) as Report;
    expect(inspected.photos.every((photo) => photo.photoId === null)).toBe(true);
    const withoutId = ({ otherPhotoId: _, ...finding }: Finding) => finding;
    const withoutIds = report.photos.map((photo) => ({
      ...photo,
      photoId: null,
      findings: photo.findings.map(withoutId),
    }));
    expect(inspected.photos).toEqual(withoutIds);
    expect(inspected.set.sufficient).toBe(report.set.sufficient);
    expect(inspected.set.problem?.code).toBe(report.set.problem?.code);
  });

  test('stores nothing', async () => {
    const world = newWorld();
    await inspect(world, ['a', 'b', 'c']);
    expect(world.rows.photos.size).toBe(0);
    expect(world.rows.objects.size).toBe(0);
  });

  test('counts the photos of the request, and no others', async () => {
    const world = newWorld();
    world.addPhotos(world.addCharacter(), 3);
    const { set } = await inspect(world, ['a', 'broken']);
    expect(set).toMatchObject({ usable: 1, total: 2, minimum: 3, maximum: 5, sufficient: false });
    expect(set.problem?.message).toContain('At least 3 reference images required: 1 of 2 can be used.');
  });

  test('wants a key', async () => {
    const problem = await problemIn(await send(newWorld(), INSPECT, ['a'], 'lk_unknown'));
    expect(problem).toMatchObject({ status: 401, code: 'unauthorized' });
  });

  test('refuses no file, a text, and JSON', async () => {
    const world = newWorld();
    expect((await problemIn(await send(world, INSPECT, []))).code).toBe('invalid_request');
    const form = new FormData();
    form.append('photos', 'text');
    const headers = { authorization: `Bearer ${KEY}` };
    const text = await world.app.request(INSPECT, { method: 'POST', headers, body: form });
    expect((await problemIn(text)).code).toBe('invalid_request');
    expect((await problemIn(await world.ask('POST', INSPECT, {}))).code).toBe('unsupported_media_type');
  });
});
