// /v1/identities/{id}/tests: tests on request of an identity that is ready, and what came of them.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { retestWorkflowId } from '../../domain/keys.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import { jsonBody } from '../body-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { requireKey } from '../idempotency.ts';
import { loadIdentity } from '../identity-view.ts';
import { imageContentPath, testsPath, workflowLink } from '../links.ts';
import type { RetestRow } from '../ports.ts';
import { IdInPath, json, jsonRequest, problems } from '../schemas/common.ts';
import { TestHeaders } from '../schemas/requests.ts';
import { IdentityTest, IdentityTests, StartTest } from '../schemas/retest.ts';
import { needs } from '../scopes.ts';
import { startRetest } from '../start-retest.ts';

const start = createRoute({
  method: 'post',
  path: '/v1/identities/{id}/tests',
  operationId: 'testIdentity',
  tags: ['identities'],
  summary: 'Test an identity that is ready again: all types, or some',
  description: 'New images with new seeds, paid and scored like those of a round. What was approved stays as it is.',
  security: needs('identities'),
  middleware: jsonBody,
  request: { params: IdInPath, headers: TestHeaders, body: jsonRequest(StartTest, false) },
  responses: {
    202: {
      ...json(IdentityTest, 'The test has begun, or was begun before with the same key'),
      headers: { location: { description: 'Where its images show', schema: { type: 'string' } } },
    },
    ...problems(400, 404, 409, 413, 415, 422, 503),
  },
});

const list = createRoute({
  method: 'get',
  path: '/v1/identities/{id}/tests',
  operationId: 'listTests',
  tags: ['identities'],
  summary: 'The tests on request of an identity, newest first',
  description: 'The newest 20. Images show as soon as they are made; scores when all of a test are.',
  security: needs('identities'),
  request: { params: IdInPath },
  responses: { 200: json(IdentityTests, 'The tests'), ...problems(404, 503) },
});

const NEWEST = 20;

export function testRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(start, async (c) => {
    const row = await loadIdentity(deps, c.get('principal'), c.req.valid('param').id);
    const key = requireKey(c.req.valid('header')['idempotency-key'], 'test');
    const retest = await startRetest(deps, row, c.req.valid('json').types, key);
    return c.json(answer(deps, retest), 202, { location: testsPath(row.id) });
  });

  routes.openapi(list, async (c) => {
    const { id, tenantId } = await loadIdentity(deps, c.get('principal'), c.req.valid('param').id);
    const tests = await deps.retests.list(tenantId, id, NEWEST);
    return c.json({ items: tests.map((test) => answer(deps, test)) }, 200);
  });

  return routes;
}

function answer({ webUi }: ApiDeps, row: RetestRow): IdentityTest {
  const { identityId, number, state, types, strength, images, failedImages, scores, unclearCalls } = row;
  const whole = types.length === TEST_TYPES.length;
  return {
    identityId,
    number,
    state,
    types,
    referenceStrength: strength,
    images: images.map((image) => ({ ...image, links: { content: imageContentPath(image.imageId) } })),
    failedImages,
    ...(scores && whole ? { scores } : {}),
    unclearCalls,
    createdAt: row.createdAt,
    ...(row.closedAt === undefined ? {} : { closedAt: row.closedAt }),
    links: {
      self: testsPath(identityId),
      ...(webUi ? { temporal: workflowLink(webUi, retestWorkflowId(identityId, number)) } : {}),
    },
  };
}
