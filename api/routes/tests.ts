// /v1/identities/{id}/tests: tests on request of a ready identity, and their results. /v1/tests: those of all
// identities, which shows a test that waits for an operator.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { testAsItIs } from '../../core/orphans/as-it-is.ts';
import { startRetest, stopRetest } from '../../core/pictures/start-retest.ts';
import type { RetestRow } from '../../core/ports/retests.ts';
import { retestWorkflowId } from '../../domain/keys.ts';
import { identitySubject } from '../../domain/provider-call.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import { jsonBody } from '../body-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { requireKey } from '../idempotency.ts';
import { answerUnclear } from '../identity-answer.ts';
import { loadIdentity } from '../identity-view.ts';
import { imageContentPath, testsPath, workflowLink } from '../links.ts';
import { IdInPath, json, jsonRequest, problems } from '../schemas/common.ts';
import { TestHeaders } from '../schemas/requests.ts';
import {
  IdentityTest,
  IdentityTests,
  StartTest,
  TestCancelSent,
  TestInPath,
  type TestItem,
  TestPage,
  TestQuery,
} from '../schemas/retest.ts';
import { needs } from '../scopes.ts';

const start = createRoute({
  method: 'post',
  path: '/v1/identities/{id}/tests',
  operationId: 'testIdentity',
  tags: ['identities'],
  summary: 'Test a ready identity again, with all types or some',
  description:
    'Makes new images with new seeds, paid and scored like those of a round. The approved version stays as it is.',
  security: needs('identities'),
  middleware: jsonBody,
  request: { params: IdInPath, headers: TestHeaders, body: jsonRequest(StartTest, false) },
  responses: {
    202: {
      ...json(IdentityTest, 'The test has started, now or earlier with the same key'),
      headers: { location: { description: 'The address of the tests, with their images', schema: { type: 'string' } } },
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
  description:
    'The newest 20. An image is there as soon as it is made; scores are there when all images of the test are made.',
  security: needs('identities'),
  request: { params: IdInPath },
  responses: { 200: json(IdentityTests, 'The tests'), ...problems(404, 503) },
});

const cancel = createRoute({
  method: 'post',
  path: '/v1/identities/{id}/tests/{number}/cancel',
  operationId: 'cancelTest',
  tags: ['identities'],
  summary: 'Stop a test on request',
  description:
    'A test that waits for an operator can be stopped too. Images that were made are kept; open requests are stopped and settled.',
  security: needs('identities'),
  request: { params: TestInPath },
  responses: { 202: json(TestCancelSent, 'The run or test was asked to stop'), ...problems(404, 409, 503) },
});

const page = createRoute({
  method: 'get',
  path: '/v1/tests',
  operationId: 'listAllTests',
  tags: ['identities'],
  summary: 'The tests on request of all identities, newest first, by state',
  description:
    '`?state=needs_operator` lists the tests that wait for an operator, with what the ledger knows of their payments.',
  security: needs('identities'),
  request: { query: TestQuery },
  responses: { 200: json(TestPage, 'A page of tests'), ...problems(422, 503) },
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
    const rows = await deps.retests.list(tenantId, id, NEWEST);
    const tests = await Promise.all(rows.map((row) => testAsItIs(deps, tenantId, row)));
    return c.json({ items: tests.map((test) => answer(deps, test)) }, 200);
  });

  routes.openapi(cancel, async (c) => {
    const { id, number } = c.req.valid('param');
    const row = await loadIdentity(deps, c.get('principal'), id);
    await stopRetest(deps, row, number);
    return c.json({ identityId: row.id, number, links: { self: testsPath(row.id) } }, 202);
  });

  routes.openapi(page, async (c) => {
    const { state, ...request } = c.req.valid('query');
    const { tenantId } = c.get('principal');
    const { items, nextCursor } = await deps.retests.page(tenantId, { state }, request);
    const answers = await Promise.all(items.map((row) => item(deps, tenantId, row)));
    return c.json({ items: answers, ...(nextCursor ? { nextCursor } : {}) }, 200);
  });

  return routes;
}

async function item(deps: ApiDeps, tenantId: string, row: RetestRow): Promise<TestItem> {
  const unclear = await deps.ledger.some(tenantId, identitySubject(row.identityId), row.unclearCalls);
  const {
    images: _,
    failedImages: __,
    scores: ___,
    calibration: ____,
    unclearCalls: _____,
    ...rest
  } = answer(deps, row);
  return { ...rest, unclear: unclear.map((call) => answerUnclear(deps.models, call)) };
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
    ...(scores ? { calibration: scores.calibration } : {}),
    unclearCalls,
    ...(row.closeReason === undefined ? {} : { closeReason: row.closeReason }),
    createdAt: row.createdAt,
    ...(row.closedAt === undefined ? {} : { closedAt: row.closedAt }),
    links: {
      self: testsPath(identityId),
      ...(webUi ? { temporal: workflowLink(webUi, retestWorkflowId(identityId, number)) } : {}),
    },
  };
}
