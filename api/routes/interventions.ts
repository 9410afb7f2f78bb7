// Requests that continue a waiting run: other photos, or an operator's settlement of an unclear payment.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { isGone, tellRun } from '../../core/orphans/as-it-is.ts';
import { chosenPhotos } from '../../core/photos/chosen-photos.ts';
import type { IdentityRow } from '../../core/ports/identities.ts';
import { identityWorkflowId } from '../../domain/keys.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import { nameOf } from '../auth/name-of.ts';
import { jsonBody } from '../body-limits.ts';
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
  summary: 'Give other photos to a run that waits for them',
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
  summary: 'Settle a paid request whose outcome is unclear',
  description:
    'Look the request up at the provider first: a wrong answer can pay twice. A request whose run or test has ended can be settled too; it is not posted again.',
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
    return c.json(
      await viewOfState(deps, row, await tellRun(deps, row, () => runs.replacePhotos(row.id, photoIds))),
      200,
    );
  });

  routes.openapi(settleCall, async (c) => {
    const row = await loadIdentity(deps, c.get('principal'), c.req.valid('param').id);
    const settlement = { ...c.req.valid('json'), by: nameOf(c.get('principal')) };
    const runId = identityWorkflowId(row.id);
    // For a request of another identity, the run itself answers that it does not wait for it.
    const workflowId = (await callOf(deps, row, settlement.callKey))?.workflowId ?? runId;
    const state = await tellRun(deps, row, async () => {
      try {
        return await runs.settleCall(workflowId, settlement);
      } catch (error) {
        if (!isGone(error) || (await callOf(deps, row, settlement.callKey))?.state !== 'unknown') throw error;
        // Its run or test has ended: the settlement goes to the workflow that settles the request instead.
        await runs.settleLeftoverCall(settlement);
        return undefined;
      }
    });
    if (!state) return c.json(await viewOfRun(deps, row), 200);
    // A test on request has its own state; the identity's is unchanged.
    return c.json(workflowId === runId ? await viewOfState(deps, row, state) : await viewOfRun(deps, row), 200);
  });

  return routes;
}

/** The paid request of this key, if it belongs to the identity. */
async function callOf(
  { ledger }: ApiDeps,
  { tenantId, id }: IdentityRow,
  callKey: string,
): Promise<ProviderCall | undefined> {
  const call = await ledger.find(callKey);
  return call?.tenantId === tenantId && call.subject.kind === 'identity' && call.subject.id === id ? call : undefined;
}
