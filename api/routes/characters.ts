// /v1/characters: the cast, each with the state of its identity.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { jsonBody } from '../body-limits.ts';
import { characterIdentity } from '../character-identity.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import type { CharacterRow } from '../ports.ts';
import { Character, CharacterPage, NewCharacter } from '../schemas/character.ts';
import { IdInPath, json, jsonRequest, PageQuery, problems } from '../schemas/common.ts';
import { needs } from '../scopes.ts';
import { notFound } from '../validation.ts';

/** Seconds that the address of a LoRA works: long enough to make a scene, short enough to be useless when leaked. */
const LORA_ADDRESS_SECONDS = 3600;

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

export function characterRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const { registry } = deps;
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(create, async (c) => {
    const row = await registry.createCharacter(c.get('principal').tenantId, c.req.valid('json').name);
    return c.json(await answer(deps, row), 201, { location: `/v1/characters/${row.id}` });
  });

  routes.openapi(list, async (c) => {
    const { items, nextCursor } = await registry.characters(c.get('principal').tenantId, c.req.valid('query'));
    const answers = await Promise.all(items.map((row) => answer(deps, row)));
    return c.json({ items: answers, ...(nextCursor ? { nextCursor } : {}) }, 200);
  });

  routes.openapi(read, async (c) => {
    const row = await registry.character(c.get('principal').tenantId, c.req.valid('param').id);
    if (!row) throw notFound();
    return c.json(await answer(deps, row), 200);
  });

  return routes;
}

async function answer({ files }: ApiDeps, row: CharacterRow): Promise<Character> {
  const identity = characterIdentity(row);
  const { id, name, createdAt } = row;
  if (!row.ready) return { id, name, createdAt, identity };
  const falCharacterId = await files.signedUrl(row.ready.lora, LORA_ADDRESS_SECONDS);
  const technologyData = { falCharacterId, referenceStrength: row.ready.referenceStrength };
  return { id, name, createdAt, identity: { ...identity, technologyData } };
}
