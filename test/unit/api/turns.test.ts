// Photos that come with the turn that makes them upright: each is judged and stored turned.

import { describe, expect, test } from 'vitest';
import { createLikenessClient } from '../../../client/index.ts';
import type { Vision } from '../../../core/ports/vision.ts';
import { readScript } from './fake-photo-reader.ts';
import { problemIn } from './problem-in.ts';
import { KEY, newWorld } from './world.ts';

/** A world whose photo reader notes by how much it is asked to turn each photo. */
function turningWorld() {
  const turns: [file: string, turnBy: number | undefined][] = [];
  const vision: Vision = {
    prepare: async (bytes, _signal, turnBy) => {
      turns.push([Buffer.from(bytes).toString(), turnBy]);
      return readScript(Buffer.from(bytes));
    },
    read: async (bytes) => readScript(Buffer.from(bytes)).reading,
  };
  const world = newWorld({ vision });
  const client = createLikenessClient({
    baseUrl: 'http://api.test',
    apiKey: KEY,
    fetch: async (url, init) => world.app.request(String(url), init),
  });
  return { ...world, turns, client };
}

const file = (name: string) => new File([name], `${name}.jpg`, { type: 'image/jpeg' });

describe('a photo with its turn', () => {
  test('is judged and stored turned, the others as they are, wherever it stands among them', async () => {
    const { client, turns, addCharacter, rows } = turningWorld();
    const photos = [file('a'), { file: file('b'), turnBy: 270 as const }, { file: file('c'), turnBy: 0 as const }];
    await client.photos.inspect(photos);
    expect(turns.splice(0)).toEqual([
      ['a', undefined],
      ['b', 270],
      ['c', undefined],
    ]);
    const { id } = addCharacter();
    const { photos: stored } = await client.photos.upload(id, photos);
    expect(turns.map(([, turnBy]) => turnBy)).toEqual([undefined, 270, undefined]);
    expect(stored.map(({ fileName }) => fileName)).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
    expect(rows.photos.size).toBe(3);
  });

  test('comes before its file or after it', async () => {
    for (const isFirst of [true, false]) {
      const { ask: _, app, turns } = turningWorld();
      const body = new FormData();
      if (isFirst) body.append('turns', ' 90 , 180 ');
      for (const name of ['a', 'b']) body.append('photos', file(name));
      if (!isFirst) body.append('turns', ' 90 , 180 ');
      const headers = { authorization: `Bearer ${KEY}` };
      expect((await app.request('/v1/photos/inspect', { method: 'POST', headers, body })).status).toBe(200);
      expect(turns.map(([, turnBy]) => turnBy)).toEqual([90, 180]);
    }
  });

  test.each([
    ['45', 'no quarter of a turn'],
    ['90,90', 'more than photos came'],
    ['', 'nothing'],
    ['left', 'a word'],
    ['-90', 'anticlockwise'],
    ['90.0', 'another spelling'],
  ])('"%s" (%s) is refused with the rule, before anything is read or stored', async (turns) => {
    const world = turningWorld();
    const body = new FormData();
    body.append('photos', file('a'));
    body.append('turns', turns);
    const headers = { authorization: `Bearer ${KEY}` };
    const path = `/v1/characters/${world.addCharacter().id}/photos`;
    const problem = await problemIn(await world.app.request(path, { method: 'POST', headers, body }));
    expect(problem).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ path: 'turns' }] });
    expect(problem.detail).toContain('0, 90, 180 or 270');
    expect(world.turns).toEqual([]);
    expect(world.rows.photos.size).toBe(0);
  });
});
