// A reviewer's decision on a round of test images. approve and reject send the signal and answer at once; decision is
// the Update, which answers whether it counts. The author is the principal of the request, never the body.

import { randomUUID } from 'node:crypto';
import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { tellRun } from '../../core/orphans/as-it-is.ts';
import { affordableNext } from '../../core/payments/afford.ts';
import { nameOf } from '../auth/name-of.ts';
import { jsonBody } from '../body-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { loadIdentity, viewOfState } from '../identity-view.ts';
import { identityPath } from '../links.ts';
import { IdInPath, json, jsonRequest, problems } from '../schemas/common.ts';
import { Identity } from '../schemas/identity.ts';
import { Approve, Decide, DecisionSent, Reject } from '../schemas/requests.ts';
import { needs } from '../scopes.ts';

const refusals = problems(400, 404, 409, 413, 415, 422, 503);

const approve = createRoute({
  method: 'post',
  path: '/v1/identities/{id}/approve',
  operationId: 'approveIdentity',
  tags: ['decisions'],
  summary: 'Send the signal approveIdentity',
  security: needs('approve'),
  middleware: jsonBody,
  request: { params: IdInPath, body: jsonRequest(Approve, true) },
  responses: { 202: json(DecisionSent, 'The signal was sent; the run has not judged it yet'), ...refusals },
});

const reject = createRoute({
  method: 'post',
  path: '/v1/identities/{id}/reject',
  operationId: 'rejectIdentity',
  tags: ['decisions'],
  summary: 'Send the signal rejectIdentity',
  description: 'If the budget is too small for the next step, the answer is `budget_exceeded` and no signal is sent.',
  security: needs('approve'),
  middleware: jsonBody,
  request: { params: IdInPath, body: jsonRequest(Reject, true) },
  responses: { 202: json(DecisionSent, 'The signal was sent; the run has not judged it yet'), ...refusals },
});

const decide = createRoute({
  method: 'post',
  path: '/v1/identities/{id}/decision',
  operationId: 'decideIdentity',
  tags: ['decisions'],
  summary: 'Decide, and get the result at once',
  description:
    'A `decisionId` that is sent again for the same round counts once and gets the same answer, also when the run has gone on. With another verdict it is refused as `idempotency_conflict`. The same `decisionId` in another round is another decision. If the budget is too small for the next step, the answer is `budget_exceeded` and the round goes on waiting.',
  security: needs('approve'),
  middleware: jsonBody,
  request: { params: IdInPath, body: jsonRequest(Decide, true) },
  responses: { 200: json(Identity, 'The decision counts; this is the state after it'), ...refusals },
});

export function decisionRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const { runs } = deps;
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(approve, async (c) => {
    const row = await loadIdentity(deps, c.get('principal'), c.req.valid('param').id);
    const { id } = row;
    const { decisionId = randomUUID(), ...rest } = c.req.valid('json');
    const by = nameOf(c.get('principal'));
    await tellRun(deps, row, () => runs.approve(id, { ...rest, decisionId, by }));
    return c.json({ identityId: id, round: rest.round, decisionId, links: { self: identityPath(id) } }, 202);
  });

  routes.openapi(reject, async (c) => {
    const row = await loadIdentity(deps, c.get('principal'), c.req.valid('param').id);
    const { id } = row;
    const { decisionId = randomUUID(), ...rest } = c.req.valid('json');
    await affordableNext(deps, row, { ...rest, decisionId });
    const by = nameOf(c.get('principal'));
    await tellRun(deps, row, () => runs.reject(id, { ...rest, decisionId, by }));
    return c.json({ identityId: id, round: rest.round, decisionId, links: { self: identityPath(id) } }, 202);
  });

  routes.openapi(decide, async (c) => {
    const row = await loadIdentity(deps, c.get('principal'), c.req.valid('param').id);
    const decision = c.req.valid('json');
    if (decision.verdict === 'reject') await affordableNext(deps, row, decision);
    const by = nameOf(c.get('principal'));
    const state = await tellRun(deps, row, () => runs.decide(row.id, { ...decision, by }));
    return c.json(await viewOfState(deps, row, state), 200);
  });

  return routes;
}
