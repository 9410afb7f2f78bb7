import { expect, test } from 'vitest';
import { newWorld, OTHER_TENANT, problemIn } from './world.ts';

const NOBODYS = '99999999-9999-4999-8999-999999999999';
const REQUEST = { 'x-request-id': 'same', 'idempotency-key': 'same' };

/** Every route with an id: how it is asked, and whose id stands in it. */
const ROUTES: [method: string, path: string, of: 'character' | 'photo' | 'identity' | 'image', body?: unknown][] = [
  ['GET', '/v1/characters/{id}', 'character'],
  ['GET', '/v1/characters/{id}/photos', 'character'],
  ['POST', '/v1/characters/{id}/photos', 'character', 'form'],
  ['POST', '/v1/characters/{id}/identities', 'character', {}],
  ['DELETE', '/v1/photos/{id}', 'photo'],
  ['GET', '/v1/photos/{id}/content', 'photo'],
  ['GET', '/v1/images/{id}/content', 'image'],
  ['GET', '/v1/identities/{id}', 'identity'],
  ['POST', '/v1/identities/{id}/approve', 'identity', { round: 1 }],
  ['POST', '/v1/identities/{id}/reject', 'identity', { round: 1 }],
  ['POST', '/v1/identities/{id}/decision', 'identity', { decisionId: 'd', round: 1, verdict: 'approve' }],
  ['PUT', '/v1/identities/{id}/photos', 'identity', { photoIds: [NOBODYS] }],
  ['POST', '/v1/identities/{id}/calls/settle', 'identity', { callKey: 'k', outcome: 'give_up' }],
  ['POST', '/v1/identities/{id}/cancel', 'identity'],
];

function form(): FormData {
  const body = new FormData();
  body.append('photos', new File(['a'], 'a.jpg'));
  return body;
}

test.each(ROUTES)('%s %s of another tenant answers as if it were not there', async (method, path, of, body) => {
  const { app, ask, told, rows, addCharacter, addPhotos, addIdentity, addImage } = newWorld();
  const character = addCharacter(OTHER_TENANT);
  const [photo = ''] = addPhotos(character, 3);
  const identity = addIdentity(character);
  const theirs = { character: character.id, photo, identity: identity.id, image: addImage(identity, 'portrait').id };
  const before = JSON.stringify([...rows.photos, ...rows.objects]);

  const to = (id: string) => {
    const url = path.replace('{id}', id);
    if (body !== 'form') return ask(method, url, body, REQUEST);
    return app.request(url, { method, headers: { authorization: 'Bearer lk_mine', ...REQUEST }, body: form() });
  };
  const [foreign, missing] = [await to(theirs[of]), await to(NOBODYS)];
  expect(foreign.status).toBe(404);
  expect(await problemIn(foreign)).toEqual(await problemIn(missing));
  expect(told).toEqual([]);
  expect(JSON.stringify([...rows.photos, ...rows.objects])).toBe(before);
});

test.each(ROUTES)('%s %s with an id that is none is not found', async (method, path, _, body) => {
  const { app, ask } = newWorld();
  const url = path.replace('{id}', "1' or true");
  const answer =
    body === 'form'
      ? await app.request(url, { method, headers: { authorization: 'Bearer lk_mine' }, body: form() })
      : await ask(method, url, body);
  expect((await problemIn(answer)).code).toBe('not_found');
});

test('the list of routes with an id is the whole of them', () => {
  const { app } = newWorld();
  const document = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: '', version: '' } });
  const withId = Object.entries(document.paths ?? {})
    .filter(([path]) => path.includes('{id}'))
    .flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`));
  expect(ROUTES.map(([method, path]) => `${method} ${path}`).sort()).toEqual(withId.sort());
});
