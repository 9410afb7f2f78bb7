// Every text that comes in, of every operation that the document describes: what no store can hold is refused with its
// path, and nothing happens.

import { describe, expect, test } from 'vitest';
import { operations, type Resource, readDocument, requestTo, resourceOf } from '../../support/foreign-requests.ts';
import { type DescribedDocument, textInputs } from '../../support/hostile-texts.ts';
import { problemIn } from './problem-in.ts';
import { addDrawn, KEY, newWorld, TENANT } from './world.ts';

const HEADERS = { authorization: `Bearer ${KEY}`, 'idempotency-key': 'same', 'x-request-id': 'same' };
const HOSTILE = [
  ['NUL', 'a\0b'],
  ['a lone surrogate', 'a\ud800b'],
  ['half of an emoji', '\u{1f600}'.slice(0, 1)],
  ['100,000 characters', 'x'.repeat(100_000)],
] as const;
/** What the header of a request can hold at all (Fetch, "header value"). */
const IN_HEADER: Record<string, string> = {
  NUL: 'a\u0001b',
  'a lone surrogate': 'a\u00edb',
  'half of an emoji': '\u007f',
};

const described = (await readDocument(newWorld().app)) as unknown as DescribedDocument;
const document = await readDocument(newWorld().app);
const OPERATIONS = [...operations(document, 'withId'), ...operations(document, 'others')];
const INPUTS = OPERATIONS.flatMap((operation) =>
  textInputs(described, operation).map((input) => {
    return [operation.method, operation.path, input.in, input.name, input] as const;
  }),
);

/** A world in which my tenant has one of everything, and its ids. */
async function worldOfMine() {
  const world = newWorld();
  const character = world.addCharacter();
  const [photo = ''] = world.addPhotos(character, 3);
  const identity = world.addIdentity(character);
  const image = world.addImage(identity, 'portrait').id;
  const endpoint = await world.endpoints.create(TENANT, 'https://mine.example/hook', ['identity.ready']);
  const webhookEndpoint = endpoint?.id ?? '';
  const webhookDelivery = world.endpoints.addDelivery(TENANT, webhookEndpoint).id;
  const hooks = { webhookEndpoint, webhookDelivery };
  const drawn = await addDrawn(world, TENANT);
  const ids: Record<Resource, string> = {
    character: character.id,
    photo,
    identity: identity.id,
    image,
    ...hooks,
    ...drawn,
  };
  const idIn = (path: string) => (path.includes('{') ? ids[resourceOf(path)] : '');
  return { ...world, ids, idIn };
}

describe.each(HOSTILE)('a text with %s', (kind, text) => {
  test.each(INPUTS)('in %s %s, %s "%s", is refused, and nothing happens', async (_, path, place, name, input) => {
    const { app, idIn, told, rows } = await worldOfMine();
    const before = rows.characters.size;
    const sent = place === 'header' ? (IN_HEADER[kind] ?? text) : text;
    const answer = await app.request(...input.request(idIn(path), sent, HEADERS));
    // It is compared with what was sent, and is kept nowhere.
    if (name.toLowerCase().replaceAll('-', '') === 'lasteventid') return expect(answer.status).toBe(200);
    // No header and no address can hold half a character: what comes of one is a text like any other.
    if (place === 'query' && answer.status === 200) return expect(kind).toMatch(/surrogate|emoji/);
    const problem = await problemIn(answer);
    expect(problem.status).toBeGreaterThanOrEqual(400);
    expect(problem.status).toBeLessThan(500);
    if (place === 'body' && kind !== '100,000 characters') {
      expect(problem.status).toBe(422);
      expect(problem.errors?.map((error) => error.path)).toContain(name);
    }
    expect(told).toEqual([]);
    expect(rows.characters.size).toBe(before);
  });
});

test('there are such texts', () => {
  expect(INPUTS.length).toBeGreaterThanOrEqual(40);
  expect(INPUTS.filter(([, , place]) => place === 'body').length).toBeGreaterThanOrEqual(12);
});

describe('an id that a caller chooses', () => {
  const decide = (decisionId: string) => ({ decisionId, round: 1, verdict: 'approve' });

  test('is measured in the bytes that Temporal counts', async () => {
    const { ask, ids, told } = await worldOfMine();
    const problem = await problemIn(
      await ask('POST', `/v1/identities/${ids.identity}/decision`, decide('私'.repeat(500))),
    );
    expect(problem).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ path: 'decisionId' }] });
    expect(problem.detail).toContain('1500 bytes');
    expect(told).toEqual([]);
    expect((await ask('POST', `/v1/identities/${ids.identity}/decision`, decide('私'.repeat(300)))).status).toBe(200);
  });

  test('has no control characters, a reason may have lines, and a name has one', async () => {
    const { ask, ids } = await worldOfMine();
    const path = `/v1/identities/${ids.identity}/decision`;
    expect((await ask('POST', path, decide('a\nb'))).status).toBe(422);
    expect((await ask('POST', path, { ...decide('d'), reason: 'a\u0007b' })).status).toBe(422);
    expect((await ask('POST', path, { ...decide('d'), reason: 'first line\n\tsecond 👩‍🚀' })).status).toBe(200);
    expect((await ask('POST', '/v1/characters', { name: 'Ada\nLovelace' })).status).toBe(422);
    expect((await ask('POST', '/v1/characters', { name: '  Zoë 👩‍🚀 ' })).status).toBe(201);
  });
});

test.each(
  OPERATIONS.filter(({ path, method }) => {
    return described.paths[path]?.[method.toLowerCase()]?.requestBody?.content['application/json'];
  }).map(({ method, path }) => [method, path] as const),
)('%s %s refuses a body that is not UTF-8', async (method, path) => {
  const { app, idIn, told } = await worldOfMine();
  const [url] = requestTo(document, { method, path }, idIn(path), HEADERS);
  const body = Buffer.from('{"name":"Zo\xeb","reason":"\xff"}', 'latin1');
  const headers = { ...HEADERS, 'content-type': 'application/json' };
  const problem = await problemIn(await app.request(url, { method, headers, body }));
  expect(problem).toMatchObject({ status: 400, code: 'malformed_request', detail: expect.stringContaining('UTF-8') });
  expect(told).toEqual([]);
});

describe('an id in upper case is the same id', () => {
  test.each(operations(document, 'withId').map(({ method, path }) => [method, path] as const))(
    'in the path of %s %s',
    async (method, path) => {
      const ask = async (spell: (id: string) => string) => {
        const { app, ids, idIn, told } = await worldOfMine();
        const answer = await app.request(...requestTo(document, { method, path }, spell(idIn(path)), HEADERS));
        // A stream of events has no end here.
        await answer.body?.cancel();
        const known = Object.entries(ids);
        const named = (text: string) =>
          known
            .reduce((rest, [name, id]) => rest.replaceAll(id, name), text)
            .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'new');
        return [answer.status, named(JSON.stringify(told)), named(answer.headers.get('location') ?? '')];
      };
      expect(await ask((id) => id.toUpperCase())).toEqual(await ask((id) => id));
    },
  );

  test('among the photos of a start, and with the Idempotency-Key of the lower case', async () => {
    const world = newWorld();
    const character = world.addCharacter();
    const photoIds = world.addPhotos(character, 3);
    const start = async (id: string, ids: string[]) => {
      const path = `/v1/characters/${id}/identities`;
      const answer = await world.ask('POST', path, { photoIds: ids }, { 'idempotency-key': 'k' });
      return [answer.status, ((await answer.json()) as { identityId: string }).identityId];
    };
    const first = await start(character.id, photoIds);
    expect(first[0]).toBe(202);
    expect(
      await start(
        character.id.toUpperCase(),
        photoIds.map((id) => id.toUpperCase()),
      ),
    ).toEqual(first);
    expect(world.rows.identities.size).toBe(1);
  });

  test('names one photo, whichever way it is written', async () => {
    const { ask, ids } = await worldOfMine();
    const photoIds = [ids.photo, ids.photo.toUpperCase(), ids.image];
    const problem = await problemIn(await ask('PUT', `/v1/identities/${ids.identity}/photos`, { photoIds }));
    expect(problem).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(problem.detail).toContain('twice');
  });

  test('as the filter of a list', async () => {
    const { ask, ids } = await worldOfMine();
    const list = async (id: string) => (await ask('GET', `/v1/identities?characterId=${id}`)).json();
    expect(((await list(ids.character)) as { items: unknown[] }).items).toHaveLength(1);
    expect(await list(ids.character.toUpperCase())).toEqual(await list(ids.character));
  });
});
