// What brings a waiting run on: other photos, or an operator's word on a payment whose fate is unclear.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { isRetestRound } from '../../domain/keys.ts';
import { nameOf } from '../auth/name-of.ts';
import { jsonBody } from '../body-limits.ts';
import { chosenPhotos } from '../chosen-photos.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { loadIdentity, viewOfRun, viewOfState } from '../identity-view.ts';
import { IdInPath, json, jsonRequest, problems } from '../schemas/common.ts';
import { Identity } from '../schemas/identity.ts';
import { ReplacePhotos, SettleCall } from '../schemas/requests.ts';
import { needs } from '../scopes.ts';

const refusals = problems(400, 404, 409, 413, 415, 422, 503);

const replacePhotos = createRoute({
  method: 'put',
  path: '/v1/identities/{id}/photos',
  operationId: 'replacePhotos',
  tags: ['identities'],
  summary: 'Give a run that waits for photos others',
  security: needs('identities'),
  middleware: jsonBody,
  request: { params: IdInPath, body: jsonRequest(ReplacePhotos, true) },
  responses: { 200: json(Identity, 'The run goes on'), ...refusals },
});

const settleCall = createRoute({
  method: 'post',
  path: '/v1/identities/{id}/calls/settle',
  operationId: 'settleCall',
  tags: ['operations'],
  summary: 'Tell a run in needs_operator what became of a paid request',
  description: 'Look the request up at the provider first: a wrong word here can pay twice.',
  security: needs('admin'),
  middleware: jsonBody,
  request: { params: IdInPath, body: jsonRequest(SettleCall, true) },
  responses: { 200: json(Identity, 'The run goes on'), ...refusals },
});

export function interventionRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const { runs } = deps;
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(replacePhotos, async (c) => {
    const row = await loadIdentity(deps, c.get('principal'), c.req.valid('param').id);
    const character = { id: row.characterId, tenantId: row.tenantId };
    const photoIds = await chosenPhotos(deps, character, c.req.valid('json').photoIds);
    return c.json(await viewOfState(deps, row, await runs.replacePhotos(row.id, photoIds)), 200);
  });

  routes.openapi(settleCall, async (c) => {
    const row = await loadIdentity(deps, c.get('principal'), c.req.valid('param').id);
    const settlement = { ...c.req.valid('json'), by: nameOf(c.get('principal')) };
    const state = await runs.settleCall(row.id, settlement);
    // A test on request has a state of its own, and the identity stays as it is.
    return c.json(isRetestRound(state.round) ? await viewOfRun(deps, row) : await viewOfState(deps, row, state), 200);
  });

  return routes;
}
