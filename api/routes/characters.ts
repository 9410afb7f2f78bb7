// /v1/characters: the characters, each with the state of its identity.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { CharacterRow } from '../../core/ports/characters.ts';
import type { CharacterPicture as ShownPicture } from '../../core/ports/pictures.ts';
import { notFound } from '../../core/refusal.ts';
import { Failure } from '../../domain/failure.ts';
import { type ObjectRef, triggerWord } from '../../domain/keys.ts';
import { triggerPhrase } from '../../domain/subject.ts';
import { jsonBody } from '../body-limits.ts';
import { characterIdentity } from '../character-identity.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { imageContentPath, pictureContentPath } from '../links.ts';
import { Problem } from '../problem.ts';
import { Character, CharacterPage, NewCharacter } from '../schemas/character.ts';
import { IdInPath, json, jsonRequest, PageQuery, problems } from '../schemas/common.ts';
import { type CharacterPicture, CharacterPicturePage } from '../schemas/picture.ts';
import { NewSubject } from '../schemas/subject.ts';
import { needs } from '../scopes.ts';

/** Seconds that the address of a LoRA is valid: long enough for a scene, short enough to limit a leak. */
const LORA_ADDRESS_SECONDS = 3600;

const IN_USE =
  'An identity of this character is being prepared, with the class noun that the character had at its start. Wait for its ' +
  'end, or cancel it (GET /v1/identities?characterId=… names it), then set the subject and start a new one.';

const create = createRoute({
  method: 'post',
  path: '/v1/characters',
  operationId: 'createCharacter',
  tags: ['characters'],
  summary: 'Add a member of the cast',
  security: needs('characters'),
  middleware: jsonBody,
  request: { body: jsonRequest(NewCharacter, true) },
  responses: { 201: json(Character, 'The character'), ...problems(400, 413, 415, 422, 503) },
});

const list = createRoute({
  method: 'get',
  path: '/v1/characters',
  operationId: 'listCharacters',
  tags: ['characters'],
  summary: 'The cast, newest first',
  security: needs('characters'),
  request: { query: PageQuery },
  responses: { 200: json(CharacterPage, 'A page of characters'), ...problems(404, 422, 503) },
});

const read = createRoute({
  method: 'get',
  path: '/v1/characters/{id}',
  operationId: 'getCharacter',
  tags: ['characters'],
  summary: 'A member of the cast',
  security: needs('characters'),
  request: { params: IdInPath },
  responses: { 200: json(Character, 'The character'), ...problems(404, 503) },
});

const setSubject = createRoute({
  method: 'put',
  path: '/v1/characters/{id}/subject',
  operationId: 'setSubject',
  tags: ['characters'],
  summary: 'What the character is: kind and class noun',
  description:
    'Applies to the next identity. An identity that has started keeps the subject of its start, for its training and all its tests. While one is open, the subject cannot be changed (`subject_in_use`).',
  security: needs('characters'),
  middleware: jsonBody,
  request: { params: IdInPath, body: jsonRequest(NewSubject, true) },
  responses: { 200: json(Character, 'The character'), ...problems(400, 404, 409, 413, 415, 422, 503) },
});

const pictures = createRoute({
  method: 'get',
  path: '/v1/characters/{id}/pictures',
  operationId: 'listCharacterPictures',
  tags: ['characters'],
  summary: 'The generated pictures that show a character, newest first',
  description:
    'The images of its tests, and the picture that is kept of each still with the character in it. `POST /v1/characters/{id}/photos/from-pictures` takes them as reference photos.',
  security: needs('characters'),
  request: { params: IdInPath, query: PageQuery },
  responses: { 200: json(CharacterPicturePage, 'A page of pictures'), ...problems(404, 422, 503) },
});

export function characterRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const { characters } = deps;
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(create, async (c) => {
    const { name, subject } = c.req.valid('json');
    const row = await characters.create(c.get('principal').tenantId, name, subject);
    return c.json(plain(row), 201, { location: `/v1/characters/${row.id}` });
  });

  routes.openapi(list, async (c) => {
    const { items, nextCursor } = await characters.list(c.get('principal').tenantId, c.req.valid('query'));
    const answers = await answersOf(deps, items);
    return c.json({ items: answers, ...(nextCursor ? { nextCursor } : {}) }, 200);
  });

  routes.openapi(read, async (c) => {
    const row = await characters.find(c.get('principal').tenantId, c.req.valid('param').id);
    if (!row) throw notFound();
    return c.json(await answerOf(deps, row), 200);
  });

  routes.openapi(setSubject, async (c) => {
    const { tenantId } = c.get('principal');
    const { id } = c.req.valid('param');
    if ((await characters.setSubject(tenantId, id, c.req.valid('json'))) === false) {
      throw new Problem('subject_in_use', IN_USE);
    }
    const row = await characters.find(tenantId, id);
    if (!row) throw notFound();
    return c.json(await answerOf(deps, row), 200);
  });

  routes.openapi(pictures, async (c) => {
    const { tenantId } = c.get('principal');
    const row = await characters.find(tenantId, c.req.valid('param').id);
    if (!row) throw notFound();
    const { items, nextCursor } = await deps.pictures.ofCharacter(tenantId, row.id, c.req.valid('query'));
    return c.json({ items: items.map(pictureAnswer), ...(nextCursor ? { nextCursor } : {}) }, 200);
  });

  return routes;
}

function pictureAnswer({ id, source, createdAt }: ShownPicture): CharacterPicture {
  const content = source.kind === 'test' ? imageContentPath(id) : pictureContentPath(id);
  return { pictureId: id, source, createdAt, links: { content } };
}

/** With the address of the LoRA, or an error: a client that reads one character needs it for drawing. */
async function answerOf({ files }: ApiDeps, row: CharacterRow): Promise<Character> {
  if (!row.ready) return plain(row);
  return withAddress(row, row.ready, await files.signedUrl(row.ready.lora, LORA_ADDRESS_SECONDS));
}

/** All addresses in one request to the storage. While it does not answer, the list has none. */
async function answersOf({ files }: ApiDeps, rows: readonly CharacterRow[]): Promise<Character[]> {
  const loras = rows.flatMap(({ ready }) => (ready ? [ready.lora] : []));
  const signed = await signedOrMissing(files, loras);
  return rows.map((row) => {
    if (!row.ready) return plain(row);
    const address = signed === 'store_unavailable' ? undefined : signed.get(row.ready.lora);
    if (address !== undefined) return withAddress(row, row.ready, address);
    const technologyDataMissing = signed === 'store_unavailable' ? signed : ('not_found' as const);
    const character = plain(row);
    return { ...character, identity: { ...character.identity, technologyDataMissing } };
  });
}

async function signedOrMissing(
  files: ApiDeps['files'],
  loras: readonly ObjectRef[],
): Promise<ReadonlyMap<ObjectRef, string | undefined> | 'store_unavailable'> {
  if (loras.length === 0) return new Map();
  try {
    const addresses = await files.signedUrls(loras, LORA_ADDRESS_SECONDS);
    return new Map(loras.map((lora, at) => [lora, addresses[at]]));
  } catch (error) {
    if (error instanceof Failure && error.code === 'StoreUnavailable') return 'store_unavailable';
    throw error;
  }
}

function plain(row: CharacterRow): Character {
  const { id, name, subject, createdAt } = row;
  return { id, name, subject, createdAt, identity: characterIdentity(row) };
}

function withAddress(row: CharacterRow, ready: NonNullable<CharacterRow['ready']>, falCharacterId: string): Character {
  const character = plain(row);
  const { identityId, referenceStrength, subject } = ready;
  const phrase = triggerPhrase(triggerWord(identityId), subject);
  const technologyData = { falCharacterId, referenceStrength, triggerPhrase: phrase };
  return { ...character, identity: { ...character.identity, technologyData } };
}
