// /v1/stills/{batchId}/frames/{stillId}: one still, and what a person does with it. /v1/pictures/{id}/content: its
// pictures.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { stillAsItIs } from '../../core/orphans/stills-as-they-are.ts';
import type { StillRow } from '../../core/ports/stills.ts';
import { notFound } from '../../core/refusal.ts';
import { priceOfAgain } from '../../core/stills/priced-still.ts';
import { acceptStill, drawAgain, refuseAgain } from '../../core/stills/still-again.ts';
import { CURRENCY, usd } from '../../domain/money.ts';
import { nameOf } from '../auth/name-of.ts';
import { jsonBody } from '../body-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { requireKey } from '../idempotency.ts';
import { PICTURE_RESPONSES, sendPicture } from '../picture-content.ts';
import { IdInPath, json, jsonRequest, problems } from '../schemas/common.ts';
import { StillsHeaders } from '../schemas/requests.ts';
import { AcceptStill, AgainQuery, Still, StillAgain, StillAgainPrice, StillInPath } from '../schemas/still.ts';
import { needs } from '../scopes.ts';
import { answerStill } from '../still-answer.ts';

const SCOPE = 'stills';

const get = createRoute({
  method: 'get',
  path: '/v1/stills/{batchId}/frames/{stillId}',
  operationId: 'getStill',
  tags: ['stills'],
  summary: 'One still, with its pictures, faces and findings',
  security: needs(SCOPE),
  request: { params: StillInPath },
  responses: { 200: json(Still, 'The still'), ...problems(404, 503) },
});

const again = {
  method: 'post' as const,
  tags: ['stills'],
  security: needs(SCOPE),
  request: { params: StillInPath, headers: StillsHeaders, query: AgainQuery },
  responses: {
    200: json(StillAgainPrice, 'With `dryRun=true`: what it would cost at most'),
    202: json(StillAgain, 'The pass has started, now or earlier with the same key'),
    ...problems(400, 404, 409, 422, 503),
  },
};

const repair = createRoute({
  ...again,
  path: '/v1/stills/{batchId}/frames/{stillId}/repair',
  operationId: 'repairStill',
  summary: 'Repair a still once more',
  description:
    'Paints the faces with a finding anew, or draws the scene anew where that is what helps. Its highest price rises by `priceUsd`. The best picture stays.',
});

const redraw = createRoute({
  ...again,
  path: '/v1/stills/{batchId}/frames/{stillId}/redraw',
  operationId: 'redrawStill',
  summary: 'Draw a still anew, with a new seed',
  description: 'Its highest price rises by `priceUsd`. The best picture stays.',
});

const accept = createRoute({
  method: 'post',
  path: '/v1/stills/{batchId}/frames/{stillId}/accept',
  operationId: 'acceptStill',
  tags: ['stills'],
  summary: 'Accept a flagged still as it is',
  description: 'It is `passed` then, with who accepted it and why. Its findings stay.',
  security: needs(SCOPE),
  middleware: jsonBody,
  request: { params: StillInPath, body: jsonRequest(AcceptStill, true) },
  responses: { 200: json(Still, 'The still as it is now'), ...problems(400, 404, 409, 413, 415, 422, 503) },
});

const picture = createRoute({
  method: 'get',
  path: '/v1/pictures/{id}/content',
  operationId: 'getPictureContent',
  tags: ['stills'],
  summary: 'A picture of a still',
  security: needs(SCOPE),
  request: { params: IdInPath },
  responses: PICTURE_RESPONSES,
});

export function stillActionRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();

  /** 404 when it is not this tenant's, or of another batch. */
  async function load(tenantId: string, batchId: string, stillId: string): Promise<StillRow> {
    const row = await deps.stills.find(tenantId, stillId);
    if (row?.batchId !== batchId) throw notFound();
    return row;
  }

  routes.openapi(get, async (c) => {
    const { batchId, stillId } = c.req.valid('param');
    const row = await load(c.get('principal').tenantId, batchId, stillId);
    return c.json(answerStill(deps, await stillAsItIs(deps, row)), 200);
  });

  for (const [kind, route] of [
    ['repair', repair],
    ['redraw', redraw],
  ] as const) {
    routes.openapi(route, async (c) => {
      const { batchId, stillId } = c.req.valid('param');
      const row = await load(c.get('principal').tenantId, batchId, stillId);
      const price = await priceOfAgain(deps, row, kind);
      const stated = { priceUsd: usd(price), currency: CURRENCY } as const;
      if (c.req.valid('query').dryRun === 'true') {
        await refuseAgain(deps, row, kind);
        return c.json(stated, 200);
      }
      const key = requireKey(c.req.valid('header')['idempotency-key'], kind);
      const still = await drawAgain(deps, row, { kind, key, price });
      return c.json({ still: answerStill(deps, still), ...stated }, 202);
    });
  }

  routes.openapi(accept, async (c) => {
    const { batchId, stillId } = c.req.valid('param');
    const principal = c.get('principal');
    const row = await load(principal.tenantId, batchId, stillId);
    const accepted = await acceptStill(deps, row, nameOf(principal), c.req.valid('json').reason);
    return c.json(answerStill(deps, accepted), 200);
  });

  routes.openapi(picture, async (c) => {
    const row = await deps.stills.picture(c.get('principal').tenantId, c.req.valid('param').id);
    if (!row) throw notFound();
    return sendPicture(c, deps, row.object);
  });

  return routes;
}
