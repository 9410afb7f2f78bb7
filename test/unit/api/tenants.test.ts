// What belongs to another tenant does not exist: every route of the OpenAPI document, one by one.

import { expect, test } from 'vitest';
import {
  idFilters,
  operations,
  type Resource,
  readDocument,
  requestTo,
  resourceOf,
  whole,
} from '../../support/foreign-requests.ts';
import { addDrawn, newWorld, OTHER_TENANT } from './world.ts';

const NOBODYS = '99999999-9999-4999-8999-999999999999';
const HEADERS = { authorization: 'Bearer lk_mine', 'x-request-id': 'same', 'idempotency-key': 'same' };

const document = await readDocument(newWorld().app);
const WITH_ID = operations(document, 'withId').map((operation) => [operation.method, operation.path] as const);
const LISTS = operations(document, 'lists').map((operation) => [operation.method, operation.path] as const);

/** A world in which another tenant has one of everything; its ids, and all its rows and files as text. */
async function worldOfOthers() {
  const world = newWorld();
  const character = world.addCharacter(OTHER_TENANT, { name: 'Theirs alone' });
  const [photo = ''] = world.addPhotos(character, 3);
  const identity = world.addIdentity(character);
  world.addEntry(identity);
  const image = world.addImage(identity, 'portrait').id;
  const endpoint = await world.endpoints.create(OTHER_TENANT, 'https://theirs.example/hook', ['identity.ready']);
  const webhookEndpoint = endpoint?.id ?? '';
  const webhookDelivery = world.endpoints.addDelivery(OTHER_TENANT, webhookEndpoint).id;
  const hooks = { webhookEndpoint, webhookDelivery };
  const drawn = await addDrawn(world, OTHER_TENANT);
  const ids: Record<Resource, string> = {
    character: character.id,
    photo,
    identity: identity.id,
    image,
    ...hooks,
    ...drawn,
  };
  const { photos, objects, characters, identities } = world.rows;
  const everything = async () =>
    JSON.stringify([
      await world.stills.list(OTHER_TENANT, drawn.batch, 0, 10),
      ...[photos, objects, characters, identities].map((rows) => [...rows]),
      await world.endpoints.list(OTHER_TENANT),
      await world.endpoints.delivery(OTHER_TENANT, webhookDelivery),
    ]);
  return { ...world, ids, everything };
}

test.each(WITH_ID)('%s %s of another tenant answers as if it were not there', async (method, path) => {
  const { app, ids, everything, told } = await worldOfOthers();
  const id = ids[resourceOf(path)];
  const before = await everything();
  const ask = async (of: string) => whole(await app.request(...requestTo(document, { method, path }, of, HEADERS)));
  const [foreign, missing] = [await ask(id), await ask(NOBODYS)];
  expect(foreign.status, foreign.body).toBe(404);
  expect(JSON.parse(foreign.body)).toMatchObject({ code: 'not_found' });
  expect(foreign).toEqual(missing);
  expect(told).toEqual([]);
  expect(await everything()).toBe(before);
});

test.each(WITH_ID)('%s %s with an id that is none is not found', async (method, path) => {
  const { app } = newWorld();
  const answer = await whole(await app.request(...requestTo(document, { method, path }, "1' or true", HEADERS)));
  expect([answer.status, JSON.parse(answer.body).code]).toEqual([404, 'not_found']);
});

test.each(LISTS)('%s %s shows nothing of another tenant, whatever it is filtered by', async (method, path) => {
  const { app, ids } = await worldOfOthers();
  const filters = idFilters(document, { method, path });
  const queries = ['', ...filters.flatMap((name) => Object.values(ids).map((id) => `?${name}=${id}`))];
  for (const query of queries) {
    const { status, body } = await whole(await app.request(path + query, { method, headers: HEADERS }));
    expect(status, body).toBe(200);
    for (const theirs of [...Object.values(ids), OTHER_TENANT, 'Theirs alone']) expect(body).not.toContain(theirs);
  }
});

test('there are such routes', () => {
  expect(WITH_ID.length).toBeGreaterThanOrEqual(15);
  expect(LISTS.length).toBeGreaterThanOrEqual(4);
});
