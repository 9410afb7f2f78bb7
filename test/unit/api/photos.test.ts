import { describe, expect, test } from 'vitest';
import { PHOTO_LIMITS } from '../../../domain/photo-limits.ts';
import { problemIn } from './problem-in.ts';
import { KEY, newWorld, type World } from './world.ts';

interface Report {
  photos: { photoId: string | null; fileName: string; verdict: string; findings: { code: string }[] }[];
  set: { usable: number; total: number; sufficient: boolean; problem?: { code: string; message: string } };
  advice: { code: string; message: string }[];
}

function upload({ app }: World, characterId: string, contents: string[], field = 'photos'): Promise<Response> {
  const form = new FormData();
  for (const [i, text] of contents.entries()) form.append(field, new File([text], `${i}.jpg`));
  const headers = { authorization: `Bearer ${KEY}` };
  return Promise.resolve(app.request(`/v1/characters/${characterId}/photos`, { method: 'POST', headers, body: form }));
}

describe('the pre-flight report', () => {
  test('has a verdict a photo in order; what cannot be read is not stored, what is rejected is', async () => {
    const world = newWorld();
    const { id } = world.addCharacter();
    const answer = await upload(world, id, ['a', 'broken', 'b small', 'a']);
    expect(answer.status).toBe(200);
    const report = (await answer.json()) as Report;
    expect(report.photos.map((p) => [p.fileName, p.verdict, p.findings.map((f) => f.code)])).toEqual([
      ['0.jpg', 'accepted', []],
      ['1.jpg', 'rejected', ['corrupt']],
      ['2.jpg', 'warned', ['low_resolution']],
      ['3.jpg', 'rejected', ['duplicate']],
    ]);
    expect(report.photos.map((p) => p.photoId !== null)).toEqual([true, false, true, true]);
    expect(world.rows.photos.size).toBe(3);
    expect(report.set).toMatchObject({ usable: 2, total: 3, sufficient: false, problem: { code: 'too_few_photos' } });
    expect(report.set.problem?.message).toContain('At least 3 reference images required');
  });

  test('names the file that another one repeats, and advises on the set', async () => {
    const world = newWorld();
    const { id } = world.addCharacter();
    const report = (await (await upload(world, id, ['a', 'b', 'c', 'b'])).json()) as Report;
    const other = { otherFileName: '1.jpg', otherIndex: 1, otherPhotoId: report.photos[1]?.photoId };
    expect(report.photos[3]?.findings).toMatchObject([{ code: 'duplicate', ...other }]);
    const [, kept] = [...world.rows.photos.values()];
    const copy = [...world.rows.photos.values()].at(-1);
    expect(copy?.report.findings).toMatchObject([{ code: 'duplicate', otherPhotoId: kept?.id }]);
    expect(report.advice.map(({ code }) => code)).toContain('few_photos');
    expect(report.set.sufficient).toBe(true);
  });

  test('keeps what was encoded anew, never the file as it came', async () => {
    const world = newWorld();
    const { id } = world.addCharacter();
    await upload(world, id, ['a']);
    expect([...world.rows.objects.values()].map(String)).toEqual(['encoded anew: a']);
  });

  test('counts the photos that are there already', async () => {
    const world = newWorld();
    const { id } = world.addCharacter();
    await upload(world, id, ['a', 'b']);
    const report = (await (await upload(world, id, ['c'])).json()) as Report;
    expect(report.set).toEqual({ usable: 3, total: 3, minimum: 3, maximum: 5, sufficient: true });
  });

  test('a repeated file is named by its place, where all have one name', async () => {
    const world = newWorld();
    const { id } = world.addCharacter();
    const form = new FormData();
    for (const text of ['a', 'b', 'b']) form.append('photos', new File([text], 'image.jpg'));
    const headers = { authorization: `Bearer ${KEY}` };
    const body = { method: 'POST', headers, body: form };
    const report = (await (await world.app.request(`/v1/characters/${id}/photos`, body)).json()) as Report;
    expect(report.photos[2]?.findings).toMatchObject([{ otherIndex: 1, otherPhotoId: report.photos[1]?.photoId }]);
  });

  test('a photo of another person is named', async () => {
    const world = newWorld();
    const { id } = world.addCharacter();
    const report = (await (await upload(world, id, ['a', 'b', 'c', 'stranger'])).json()) as Report;
    expect(report.photos.map((p) => p.verdict)).toEqual(['accepted', 'accepted', 'accepted', 'rejected']);
    expect(report.set.problem?.code).toBe('wrong_person');
  });

  test.each([
    ['no file', [], 'photos'],
    ['files under another name', ['a'], 'pictures'],
    ['21 files', Array.from({ length: PHOTO_LIMITS.maxPhotosEver + 1 }, String), 'photos'],
  ])('%s is refused', async (_, contents, field) => {
    const world = newWorld();
    const problem = await problemIn(await upload(world, world.addCharacter().id, contents, field));
    expect(problem).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(problem.errors?.[0]?.path).toBe('photos');
    expect(world.rows.photos.size).toBe(0);
  });

  test('a JSON body is refused for its type, and a text field is no file', async () => {
    const { ask, app, addCharacter } = newWorld();
    const path = `/v1/characters/${addCharacter().id}/photos`;
    expect((await problemIn(await ask('POST', path, {}))).code).toBe('unsupported_media_type');
    const form = new FormData();
    form.append('photos', 'text');
    const headers = { authorization: `Bearer ${KEY}` };
    const problem = await problemIn(await app.request(path, { method: 'POST', headers, body: form }));
    expect(problem.code).toBe('invalid_request');
  });

  test('a body that announces more than 20 photos can have is refused unread', async () => {
    const { app, addCharacter } = newWorld();
    const answer = await app.request(`/v1/characters/${addCharacter().id}/photos`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${KEY}`,
        'content-type': 'multipart/form-data; boundary=x',
        'content-length': String(PHOTO_LIMITS.maxPhotosEver * PHOTO_LIMITS.maxBytes + 100_000),
      },
      body: 'x',
    });
    expect((await problemIn(answer)).code).toBe('body_too_large');
  });
});

describe('photos that come one in each request', () => {
  const PEOPLE = { same: ['a', 'a', 'a'], other: ['a stranger', 'b', 'c'], good: ['a', 'b', 'c'] };

  test('of one file: the set is not sufficient, for the reason that a run would stop with', async () => {
    const world = newWorld();
    const { id } = world.addCharacter();
    const reports = [];
    for (const text of PEOPLE.same) reports.push((await (await upload(world, id, [text])).json()) as Report);
    const [first, , last] = reports;
    expect(last?.set).toMatchObject({ usable: 1, total: 3, sufficient: false, problem: { code: 'too_few_photos' } });
    const repeats = { code: 'duplicate', otherPhotoId: first?.photos[0]?.photoId };
    expect(last?.photos).toMatchObject([{ verdict: 'rejected', findings: [repeats] }]);
    expect(last?.photos[0]?.findings[0]).not.toHaveProperty('otherIndex');
  });

  test('of two people: the one who was there before is named', async () => {
    const world = newWorld();
    const { id } = world.addCharacter();
    const reports = [];
    for (const text of PEOPLE.other) reports.push((await (await upload(world, id, [text])).json()) as Report);
    const problem = { code: 'wrong_person', photoIds: [reports[0]?.photos[0]?.photoId] };
    expect(reports[2]?.set).toMatchObject({ usable: 2, total: 3, sufficient: false, problem });
  });

  test('of one person: the set is sufficient, also when all are sent at once', async () => {
    for (const sideBySide of [false, true]) {
      const world = newWorld();
      const { id } = world.addCharacter();
      const send = async (text: string) => (await (await upload(world, id, [text])).json()) as Report;
      const reports = [];
      if (sideBySide) reports.push(...(await Promise.all(PEOPLE.good.map(send))));
      else for (const text of PEOPLE.good) reports.push(await send(text));
      expect(reports.filter(({ set }) => set.total === 3 && set.sufficient).length).toBeGreaterThanOrEqual(1);
    }
  });

  test('are read from where they are stored when this process has not seen them', async () => {
    const world = newWorld();
    const { id } = world.addCharacter();
    await upload(world, id, ['a', 'b']);
    const elsewhere = newWorld();
    for (const [key, row] of world.rows.characters) elsewhere.rows.characters.set(key, row);
    for (const [key, row] of world.rows.photos) elsewhere.rows.photos.set(key, row);
    for (const [key, bytes] of world.rows.objects) elsewhere.rows.objects.set(key, bytes);
    const report = (await (await upload(elsewhere, id, ['b'])).json()) as Report;
    expect(report.photos).toMatchObject([{ verdict: 'rejected', findings: [{ code: 'duplicate' }] }]);
    expect(report.set).toMatchObject({ usable: 2, total: 3, sufficient: false });
  });

  test('count by their verdicts once there are more than a run takes', async () => {
    const world = newWorld();
    const { id } = world.addCharacter();
    await upload(world, id, ['a', 'b', 'c', 'd', 'a']);
    const report = (await (await upload(world, id, ['e'])).json()) as Report;
    expect(report.set).toMatchObject({ usable: 5, total: 6, sufficient: false, problem: { code: 'too_many_photos' } });
  });
});

describe('photos', () => {
  test('are listed in the order of upload, with where to see them', async () => {
    const { ask, addCharacter, addPhotos } = newWorld();
    const character = addCharacter();
    const ids = addPhotos(character, 2);
    const { items } = (await (await ask('GET', `/v1/characters/${character.id}/photos`)).json()) as {
      items: { photoId: string; links: { content: string } }[];
    };
    expect(items.map((p) => p.photoId)).toEqual(ids);
    expect(items[0]).toMatchObject({
      verdict: 'accepted',
      width: 800,
      links: { content: `/v1/photos/${ids[0]}/content` },
    });
    expect(JSON.stringify(items)).not.toContain('tenant');
  });

  test('are deleted with their file', async () => {
    const { ask, addCharacter, addPhotos, rows } = newWorld();
    const [id] = addPhotos(addCharacter(), 1);
    expect((await ask('DELETE', `/v1/photos/${id}`)).status).toBe(204);
    expect(rows.objects.size).toBe(0);
    expect(rows.photos.size).toBe(0);
    expect((await ask('DELETE', `/v1/photos/${id}`)).status).toBe(404);
  });

  test('are sent privately, and not twice', async () => {
    const { ask, addCharacter, addPhotos } = newWorld();
    const [id] = addPhotos(addCharacter(), 1);
    const answer = await ask('GET', `/v1/photos/${id}/content`);
    expect(await answer.text()).toBe(`photo ${id}`);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'private, max-age=300',
      'x-content-type-options': 'nosniff',
    });
    const etag = answer.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
    const again = await ask('GET', `/v1/photos/${id}/content`, undefined, { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test('a test image says what it is', async () => {
    const { ask, addCharacter, addIdentity, addImage } = newWorld();
    const identity = addIdentity(addCharacter());
    const png = addImage(identity, 'portrait', 1, Buffer.from([0x89, 0x50, 0x4e, 0x47, 1]));
    const jpeg = addImage(identity, 'profile');
    const typeOf = async (id: string) => (await ask('GET', `/v1/images/${id}/content`)).headers.get('content-type');
    expect(await typeOf(png.id)).toBe('image/png');
    expect(await typeOf(jpeg.id)).toBe('image/jpeg');
  });

  test('a row whose file is gone is not found', async () => {
    const { ask, addCharacter, addPhotos, rows } = newWorld();
    const [id] = addPhotos(addCharacter(), 1);
    rows.objects.clear();
    expect((await problemIn(await ask('GET', `/v1/photos/${id}/content`))).code).toBe('not_found');
  });
});
