// /v1/characters/{id}/versions: the approved identities of a character, and which of them may be used.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { changeVersion, versionsOf } from '../../core/identities/versions.ts';
import type { VersionRow } from '../../core/ports/versions.ts';
import type { VersionChange } from '../../domain/version.ts';
import { nameOf } from '../auth/name-of.ts';
import { jsonBody } from '../body-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { identityPath } from '../links.ts';
import { IdInPath, json, jsonRequest, problems } from '../schemas/common.ts';
import { SetVersion, StopVersion, VersionInPath, Versions } from '../schemas/version.ts';
import { needs } from '../scopes.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/characters/{id}/versions',
  operationId: 'listVersions',
  tags: ['characters'],
  summary: 'The versions of a character, newest first',
  description: 'An identity becomes a version when it is approved.',
  security: needs('characters'),
  request: { params: IdInPath },
  responses: { 200: json(Versions, 'The versions'), ...problems(404, 503) },
});

const setCurrent = createRoute({
  method: 'put',
  path: '/v1/characters/{id}/version',
  operationId: 'setVersion',
  tags: ['characters'],
  summary: 'Make a version the current one',
  description:
    'An available one, or one that was retired. The one that was current stays available. One that was revoked is refused (`version_revoked`). The same request again changes nothing.',
  security: needs('approve'),
  middleware: jsonBody,
  request: { params: IdInPath, body: jsonRequest(SetVersion, true) },
  responses: { 200: json(Versions, 'The versions as they are now'), ...problems(400, 404, 409, 413, 415, 422, 503) },
});

const retire = createRoute({
  method: 'post',
  path: '/v1/characters/{id}/versions/{version}/retire',
  operationId: 'retireVersion',
  tags: ['characters'],
  summary: 'Stop using a version, until it is made current again',
  description:
    'Its LoRA is refused from now on (`version_retired`). When it was the current one, the character has no current version until one is made current or approved. The same request again changes nothing.',
  security: needs('approve'),
  middleware: jsonBody,
  request: { params: VersionInPath, body: jsonRequest(StopVersion, false) },
  responses: { 200: json(Versions, 'The versions as they are now'), ...problems(400, 404, 409, 413, 415, 422, 503) },
});

const revoke = createRoute({
  method: 'post',
  path: '/v1/characters/{id}/versions/{version}/revoke',
  operationId: 'revokeVersion',
  tags: ['characters'],
  summary: 'Stop using a version for good',
  description:
    'Final: it cannot be made current again. Its LoRA is refused from now on, and it is not tested again (`version_revoked`). When it was the current one, the character has no current version until one is made current or approved. The same request again changes nothing.',
  security: needs('approve'),
  middleware: jsonBody,
  request: { params: VersionInPath, body: jsonRequest(StopVersion, false) },
  responses: { 200: json(Versions, 'The versions as they are now'), ...problems(400, 404, 413, 415, 422, 503) },
});

export function versionRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();

  async function change(
    principal: ApiEnv['Variables']['principal'],
    characterId: string,
    version: number,
    state: VersionChange,
    reason: string | undefined,
  ): Promise<Versions> {
    const { tenantId } = principal;
    await changeVersion(deps, tenantId, characterId, version, { state, by: nameOf(principal), reason });
    return answerOf(characterId, await versionsOf(deps, tenantId, characterId));
  }

  routes.openapi(list, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(answerOf(id, await versionsOf(deps, c.get('principal').tenantId, id)), 200);
  });

  routes.openapi(setCurrent, async (c) => {
    const { version, reason } = c.req.valid('json');
    return c.json(await change(c.get('principal'), c.req.valid('param').id, version, 'current', reason), 200);
  });

  routes.openapi(retire, async (c) => {
    const { id, version } = c.req.valid('param');
    return c.json(await change(c.get('principal'), id, version, 'retired', c.req.valid('json')?.reason), 200);
  });

  routes.openapi(revoke, async (c) => {
    const { id, version } = c.req.valid('param');
    return c.json(await change(c.get('principal'), id, version, 'revoked', c.req.valid('json')?.reason), 200);
  });

  return routes;
}

function answerOf(characterId: string, rows: readonly VersionRow[]): Versions {
  const current = rows.find(({ state }) => state === 'current')?.version;
  return { characterId, ...(current === undefined ? {} : { current }), items: rows.map(answerOfOne) };
}

function answerOfOne({ decisionRound: round, decisionId, stateReason, ...row }: VersionRow): Versions['items'][number] {
  return {
    ...row,
    decision: { round, decisionId },
    ...(stateReason === undefined ? {} : { stateReason }),
    links: { identity: identityPath(row.identityId) },
  };
}
