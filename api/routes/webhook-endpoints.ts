// /v1/webhook-endpoints: the tenant's receivers of events, and the log of deliveries.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { DeliveryRow, EndpointRow } from '../../core/ports/webhook-endpoints.ts';
import { notFound } from '../../core/refusal.ts';
import { WEBHOOK_EVENTS } from '../../domain/webhook.ts';
import { jsonBody } from '../body-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { Problem } from '../problem.ts';
import { IdInPath, json, jsonRequest, PageQuery, problems } from '../schemas/common.ts';
import { Delivery, DeliveryPage, Endpoint, EndpointList, EndpointWithSecret, NewEndpoint } from '../schemas/webhook.ts';
import { needs } from '../scopes.ts';

const common = { security: needs('admin'), tags: ['webhooks'] };
const ENDPOINTS = '/v1/webhook-endpoints';

const create = createRoute({
  ...common,
  method: 'post',
  path: ENDPOINTS,
  operationId: 'createWebhookEndpoint',
  summary: 'Register an address for webhooks',
  description: 'Webhooks follow Standard Webhooks. Only this answer holds the secret that signs them.',
  middleware: jsonBody,
  request: { body: jsonRequest(NewEndpoint, true) },
  responses: {
    201: json(EndpointWithSecret, 'The endpoint, with its secret'),
    ...problems(400, 401, 403, 409, 413, 415, 422, 429, 503),
  },
});

const list = createRoute({
  ...common,
  method: 'get',
  path: ENDPOINTS,
  operationId: 'listWebhookEndpoints',
  summary: 'The addresses that receive webhooks',
  responses: { 200: json(EndpointList, 'All of them, newest first'), ...problems(401, 403, 429, 503) },
});

const read = createRoute({
  ...common,
  method: 'get',
  path: `${ENDPOINTS}/{id}`,
  operationId: 'getWebhookEndpoint',
  summary: 'One of these addresses',
  request: { params: IdInPath },
  responses: { 200: json(Endpoint, 'The endpoint, without its secret'), ...problems(401, 403, 404, 429, 503) },
});

const remove = createRoute({
  ...common,
  method: 'delete',
  path: `${ENDPOINTS}/{id}`,
  operationId: 'deleteWebhookEndpoint',
  summary: 'Delete a webhook address',
  description: 'Deliveries that are still open are dropped, and the log of the address is deleted.',
  request: { params: IdInPath },
  responses: { 204: { description: 'Removed' }, ...problems(401, 403, 404, 429, 503) },
});

const deliveries = createRoute({
  ...common,
  method: 'get',
  path: `${ENDPOINTS}/{id}/deliveries`,
  operationId: 'listWebhookDeliveries',
  summary: 'The deliveries to an address, newest first',
  request: { params: IdInPath, query: PageQuery },
  responses: { 200: json(DeliveryPage, 'A page of deliveries'), ...problems(401, 403, 404, 422, 429, 503) },
});

const redeliver = createRoute({
  ...common,
  method: 'post',
  path: '/v1/webhook-deliveries/{id}/redeliver',
  operationId: 'redeliverWebhook',
  summary: 'Send a webhook again, at once',
  description:
    'Works in every state of the delivery. The `webhook-id` stays the same, so that the receiver recognises the delivery.',
  request: { params: IdInPath },
  responses: { 202: json(Delivery, 'It is being sent'), ...problems(401, 403, 404, 409, 429, 503) },
});

export function webhookEndpointRoutes({ endpoints, refusalOfAddress, runs }: ApiDeps): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(create, async (c) => {
    const { url, events = WEBHOOK_EVENTS } = c.req.valid('json');
    const refusal = await refusalOfAddress(url);
    if (refusal !== undefined) throw new Problem('address_not_allowed', refusal);
    const created = await endpoints.create(c.get('principal').tenantId, url, [...new Set(events)]);
    if (!created) throw new Problem('too_many_endpoints', 'Delete an endpoint that is not used any more.');
    return c.json({ ...endpoint(created), secret: created.secret }, 201, { location: endpointPath(created.id) });
  });

  routes.openapi(list, async (c) => {
    const rows = await endpoints.list(c.get('principal').tenantId);
    return c.json({ items: rows.map(endpoint) }, 200);
  });

  routes.openapi(read, async (c) => {
    return c.json(endpoint(await load(c.get('principal').tenantId, c.req.valid('param').id)), 200);
  });

  routes.openapi(remove, async (c) => {
    if (!(await endpoints.remove(c.get('principal').tenantId, c.req.valid('param').id))) throw notFound();
    return c.body(null, 204);
  });

  routes.openapi(deliveries, async (c) => {
    const { tenantId } = c.get('principal');
    const { id } = await load(tenantId, c.req.valid('param').id);
    const { items, nextCursor } = await endpoints.deliveries(tenantId, id, c.req.valid('query'));
    return c.json({ items: items.map(delivery), ...(nextCursor ? { nextCursor } : {}) }, 200);
  });

  routes.openapi(redeliver, async (c) => {
    const { tenantId } = c.get('principal');
    const row = await endpoints.delivery(tenantId, c.req.valid('param').id);
    if (!row) throw notFound();
    const { disabledAt } = await load(tenantId, row.endpointId);
    if (disabledAt !== undefined) {
      throw new Problem(
        'endpoint_disabled',
        'Its receiver answered 410. If the receiver is back, register the address again.',
      );
    }
    const anew = await endpoints.restart(tenantId, row.id);
    await runs.redeliver(row.id);
    return c.json(delivery(anew), 202);
  });

  async function load(tenantId: string, endpointId: string): Promise<EndpointRow> {
    const row = await endpoints.find(tenantId, endpointId);
    if (!row) throw notFound();
    return row;
  }

  return routes;
}

const endpointPath = (id: string): string => `${ENDPOINTS}/${id}`;

function endpoint({ id, url, events, createdAt, disabledAt }: EndpointRow): Endpoint {
  return {
    endpointId: id,
    url,
    events,
    createdAt,
    ...(disabledAt === undefined ? {} : { disabledAt }),
    links: { self: endpointPath(id), deliveries: `${endpointPath(id)}/deliveries` },
  };
}

function delivery({ id, lastStatus, lastError, lastAttemptAt, ...row }: DeliveryRow): Delivery {
  return {
    deliveryId: id,
    endpointId: row.endpointId,
    event: row.event,
    state: row.state,
    attempts: row.attempts,
    ...(lastStatus === undefined ? {} : { lastStatus }),
    ...(lastError === undefined ? {} : { lastError }),
    ...(lastAttemptAt === undefined ? {} : { lastAttemptAt }),
    createdAt: row.createdAt,
  };
}
