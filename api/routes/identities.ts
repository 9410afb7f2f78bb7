// /v1/characters/{id}/identities and /v1/identities: start a run, list runs, read one, stop one.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { checkStart, startIdentity, stopIdentity } from '../../core/identities/start-identity.ts';
import type { IdentityRow } from '../../core/ports/identities.ts';
import { notFound } from '../../core/refusal.ts';
import { jsonBody } from '../body-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { requireKey } from '../idempotency.ts';
import { loadIdentity, viewAsBegun, viewOfRun } from '../identity-view.ts';
import { keepReads } from '../keep-reads.ts';
import { identityPath } from '../links.ts';
import { runCost } from '../run-cost.ts';
import { IdInPath, json, jsonRequest, problems } from '../schemas/common.ts';
import { CostEstimate, Identity, type IdentityItem, IdentityPage } from '../schemas/identity.ts';
import { CancelSent, IdentityQuery, StartHeaders, StartIdentity, StartQuery } from '../schemas/requests.ts';
import { needs } from '../scopes.ts';

const start = createRoute({
  method: 'post',
  path: '/v1/characters/{id}/identities',
  operationId: 'startIdentity',
  tags: ['identities'],
  summary: 'Prepare an identity: train, test, score, wait for a decision',
  security: needs('identities'),
  middleware: jsonBody,
  request: { params: IdInPath, query: StartQuery, headers: StartHeaders, body: jsonRequest(StartIdentity, false) },
  responses: {
    200: json(CostEstimate, 'With `dryRun=true`: the cost in US dollars'),
    202: {
      ...json(Identity, 'The run has started, now or earlier with the same key'),
      headers: { location: { description: 'The address of the state', schema: { type: 'string' } } },
    },
    ...problems(400, 404, 409, 413, 415, 422, 503),
  },
});

const list = createRoute({
  method: 'get',
  path: '/v1/identities',
  operationId: 'listIdentities',
  tags: ['identities'],
  summary: 'Identities, newest first, by stage and character',
  security: needs('identities'),
  request: { query: IdentityQuery },
  responses: { 200: json(IdentityPage, 'A page of identities'), ...problems(404, 422, 503) },
});

const read = createRoute({
  method: 'get',
  path: '/v1/identities/{id}',
  operationId: 'getIdentity',
  tags: ['identities'],
  summary: 'The state of an identity',
  description: 'When no worker answers, the problem carries the last stage that is known.',
  security: needs('identities'),
  request: { params: IdInPath },
  responses: { 200: json(Identity, 'The identity'), ...problems(404, 503) },
});

const cancel = createRoute({
  method: 'post',
  path: '/v1/identities/{id}/cancel',
  operationId: 'cancelIdentity',
  tags: ['identities'],
  summary: 'Stop a run',
  security: needs('identities'),
  request: { params: IdInPath },
  responses: { 202: json(CancelSent, 'The run or test was asked to stop'), ...problems(404, 409, 503) },
});

export function identityRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const { identities } = deps;
  const kept = keepReads(deps);
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(start, async (c) => {
    const { tenantId } = c.get('principal');
    const characterId = c.req.valid('param').id;
    const request = c.req.valid('json');
    if (c.req.valid('query').dryRun === 'true') {
      const { trainingSteps, month, pixels } = await checkStart(deps, tenantId, characterId, request);
      return c.json(runCost(deps, { ...deps.settings, trainingSteps }, month, pixels), 200);
    }
    const key = requireKey(c.req.valid('header')['idempotency-key'], 'identity');
    const row = await startIdentity(deps, tenantId, characterId, request, key);
    return c.json(await viewAsBegun(deps, row), 202, { location: identityPath(row.id) });
  });

  routes.openapi(list, async (c) => {
    const { stage, characterId, ...page } = c.req.valid('query');
    const { tenantId } = c.get('principal');
    const { items, nextCursor } = await identities.list(tenantId, { stage, characterId }, page);
    return c.json({ items: items.map(item), ...(nextCursor ? { nextCursor } : {}) }, 200);
  });

  routes.openapi(read, async (c) => {
    const identity = await kept.identity(c.get('principal').tenantId, c.req.valid('param').id);
    if (!identity) throw notFound();
    return c.json(await viewOfRun(deps, identity, kept.spend), 200);
  });

  routes.openapi(cancel, async (c) => {
    const row = await loadIdentity(deps, c.get('principal'), c.req.valid('param').id);
    await stopIdentity(deps, row);
    return c.json({ identityId: row.id, links: { self: identityPath(row.id) } }, 202);
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
