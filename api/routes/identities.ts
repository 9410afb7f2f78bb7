// /v1/characters/{id}/identities and /v1/identities: start a run, list runs, read one, stop one.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { jsonBody } from '../body-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { loadIdentity, viewOfRow, viewOfRun } from '../identity-view.ts';
import { identityPath } from '../links.ts';
import type { IdentityRow } from '../ports.ts';
import { Problem } from '../problem.ts';
import { IdInPath, json, jsonRequest, problems, security } from '../schemas/common.ts';
import { CostEstimate, Identity, type IdentityItem, IdentityPage } from '../schemas/identity.ts';
import { CancelSent, IdentityQuery, StartHeaders, StartIdentity, StartQuery } from '../schemas/requests.ts';
import { estimate, startIdentity } from '../start-identity.ts';

const start = createRoute({
  method: 'post',
  path: '/v1/characters/{id}/identities',
  summary: 'Prepare an identity: train, test, score, wait for a decision',
  security,
  middleware: jsonBody,
  request: { params: IdInPath, query: StartQuery, headers: StartHeaders, body: jsonRequest(StartIdentity, false) },
  responses: {
    200: json(CostEstimate, 'With `dryRun=true`: what it would cost, in dollars'),
    202: {
      ...json(Identity, 'The run has begun, or was begun before with the same key'),
      headers: { location: { description: 'Where the state is read', schema: { type: 'string' } } },
    },
    ...problems(400, 401, 404, 409, 413, 415, 422, 503),
  },
});

const list = createRoute({
  method: 'get',
  path: '/v1/identities',
  summary: 'Identities, newest first, by stage and character',
  security,
  request: { query: IdentityQuery },
  responses: { 200: json(IdentityPage, 'A page of identities'), ...problems(401, 422, 503) },
});

const read = createRoute({
  method: 'get',
  path: '/v1/identities/{id}',
  summary: 'The state of an identity',
  description: 'When no worker answers, the problem carries the last stage that is known.',
  security,
  request: { params: IdInPath },
  responses: { 200: json(Identity, 'The identity'), ...problems(401, 404, 503) },
});

const cancel = createRoute({
  method: 'post',
  path: '/v1/identities/{id}/cancel',
  summary: 'Stop a run',
  security,
  request: { params: IdInPath },
  responses: { 202: json(CancelSent, 'Asked to stop'), ...problems(401, 404, 409, 503) },
});

/** A start that pays is never sent without one: whoever has to send it again would pay twice. */
const KEY_REQUIRED =
  'Send an Idempotency-Key header: any text that is new for every identity, and the same when you repeat.';

export function identityRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const { registry, runs } = deps;
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(start, async (c) => {
    const { tenantId } = c.get('principal');
    const characterId = c.req.valid('param').id;
    const request = c.req.valid('json');
    if (c.req.valid('query').dryRun === 'true') {
      return c.json(await estimate(deps, tenantId, characterId, request), 200);
    }
    const key = c.req.valid('header')['idempotency-key'];
    if (key === undefined) throw new Problem('idempotency_key_required', KEY_REQUIRED);
    const { row, begun } = await startIdentity(deps, tenantId, characterId, request, key);
    const answer = begun ? await viewOfRow(deps, row) : await viewOfRun(deps, row);
    return c.json(answer, 202, { location: identityPath(row.id) });
  });

  routes.openapi(list, async (c) => {
    const { stage, characterId, ...page } = c.req.valid('query');
    const { tenantId } = c.get('principal');
    const { items, nextCursor } = await registry.identities(tenantId, { stage, characterId }, page);
    return c.json({ items: items.map(item), ...(nextCursor ? { nextCursor } : {}) }, 200);
  });

  routes.openapi(read, async (c) => {
    const row = await loadIdentity(deps, c.get('principal'), c.req.valid('param').id);
    return c.json(await viewOfRun(deps, row), 200);
  });

  routes.openapi(cancel, async (c) => {
    const { id } = await loadIdentity(deps, c.get('principal'), c.req.valid('param').id);
    await runs.cancel(id);
    return c.json({ identityId: id, links: { self: identityPath(id) } }, 202);
  });

  return routes;
}

function item(row: IdentityRow): IdentityItem {
  const { id, characterId, stage, version, referenceStrength, createdAt, closedAt, closeReason } = row;
  return {
    identityId: id,
    characterId,
    stage,
    referenceStrength,
    createdAt,
    ...(version === undefined ? {} : { version }),
    ...(closedAt === undefined ? {} : { closedAt }),
    ...(closeReason === undefined ? {} : { closeReason }),
    links: { self: identityPath(id) },
  };
}
