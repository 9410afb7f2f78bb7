// /v1/estimate: the expected cost and time of a run, before there are photos for it.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { refusalOf } from '../../core/payments/afford.ts';
import { priceOfRun } from '../../core/payments/run-price.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { runCost } from '../run-cost.ts';
import { json, problems } from '../schemas/common.ts';
import { EstimateQuery, RunEstimate } from '../schemas/estimate.ts';
import { needs } from '../scopes.ts';

const read = createRoute({
  method: 'get',
  path: '/v1/estimate',
  operationId: 'estimateIdentity',
  tags: ['identities'],
  summary: 'The cost and the time of an identity, without photos',
  description:
    'Needs no photos, so that people see the price before they upload. When there are photos, a start with `dryRun=true` also checks whether they can be used.',
  security: needs('identities'),
  request: { query: EstimateQuery },
  responses: { 200: json(RunEstimate, 'The estimate'), ...problems(422, 503) },
});

export function estimateRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const { books, settings, models, expectTraining, imageUnits } = deps;
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(read, async (c) => {
    const { trainingSteps = settings.trainingSteps } = c.req.valid('query');
    const run = { ...settings, trainingSteps };
    const { tenantId } = c.get('principal');
    const [month, expected, megapixel] = await Promise.all([
      books.budget(tenantId),
      expectTraining(models.trainer(run.trainer).profile, trainingSteps),
      imageUnits.megapixel(),
    ]);
    const refusal = refusalOf(month, priceOfRun(deps, run, megapixel.pixels).total);
    return c.json(
      {
        ...runCost(deps, run, month, megapixel.pixels),
        photos: { minimum: PHOTO_LIMITS.minPhotos, maximum: settings.maxPhotos },
        expected,
        megapixel,
        ...(refusal === undefined ? {} : { problem: { code: 'budget_exceeded' as const, message: refusal } }),
      },
      200,
    );
  });

  return routes;
}
