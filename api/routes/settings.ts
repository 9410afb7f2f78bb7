// /v1/settings: the tenant's settings. Each change is stored with its author.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { nameOf } from '../auth/name-of.ts';
import { jsonBody } from '../body-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { json, jsonRequest, problems } from '../schemas/common.ts';
import { SetSettings, Settings } from '../schemas/settings.ts';
import { needs } from '../scopes.ts';

const read = createRoute({
  method: 'get',
  path: '/v1/settings',
  operationId: 'getSettings',
  tags: ['settings'],
  summary: 'The settings of the tenant, and who changed them',
  security: needs('admin'),
  responses: { 200: json(Settings, 'The settings'), ...problems(503) },
});

const write = createRoute({
  method: 'put',
  path: '/v1/settings',
  operationId: 'setSettings',
  tags: ['settings'],
  summary: "Turn the provider's content checker on or off",
  description: 'It is on unless it was turned off here. The ledger records the value that each request was sent with.',
  security: needs('admin'),
  middleware: jsonBody,
  request: { body: jsonRequest(SetSettings, true) },
  responses: { 200: json(Settings, 'The settings as they are now'), ...problems(400, 413, 415, 422, 503) },
});

export function settingsRoutes({ tenantSettings }: ApiDeps): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(read, async (c) => c.json(await tenantSettings.read(c.get('principal').tenantId), 200));

  routes.openapi(write, async (c) => {
    const principal = c.get('principal');
    const { safetyChecker, reason } = c.req.valid('json');
    await tenantSettings.setSafetyChecker(principal.tenantId, { on: safetyChecker, by: nameOf(principal), reason });
    return c.json(await tenantSettings.read(principal.tenantId), 200);
  });

  return routes;
}
