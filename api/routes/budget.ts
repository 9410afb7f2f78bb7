// /v1/budget: the tenant's monthly cap, and how much of it is used.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { microUsd } from '../../domain/money.ts';
import { jsonBody } from '../body-limits.ts';
import { budgetAnswer } from '../budget-answer.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { Budget, SetBudget } from '../schemas/budget.ts';
import { json, jsonRequest, problems } from '../schemas/common.ts';
import { needs } from '../scopes.ts';

const read = createRoute({
  method: 'get',
  path: '/v1/budget',
  operationId: 'getBudget',
  tags: ['money'],
  summary: 'The budget of this month',
  security: needs('ledger'),
  responses: { 200: json(Budget, 'The budget'), ...problems(503) },
});

const write = createRoute({
  method: 'put',
  path: '/v1/budget',
  operationId: 'setBudget',
  tags: ['money'],
  summary: 'Set the monthly cap',
  description: 'A lower cap changes nothing for amounts that are reserved or charged. Only new requests are refused.',
  security: needs('admin'),
  middleware: jsonBody,
  request: { body: jsonRequest(SetBudget, true) },
  responses: { 200: json(Budget, 'The budget as it is now'), ...problems(400, 413, 415, 422, 503) },
});

export function budgetRoutes({ books }: ApiDeps): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(read, async (c) => c.json(budgetAnswer(await books.budget(c.get('principal').tenantId)), 200));

  routes.openapi(write, async (c) => {
    const { tenantId } = c.get('principal');
    const { monthlyCapUsd } = c.req.valid('json');
    await books.setMonthlyCap(tenantId, monthlyCapUsd === null ? null : microUsd(monthlyCapUsd));
    return c.json(budgetAnswer(await books.budget(tenantId)), 200);
  });

  return routes;
}
