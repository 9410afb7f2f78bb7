// /v1/identities/{id}/rescore: scores of an older version, made again by the newest one. It costs nothing.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { type RescoreStanding, standingOfRescore, startRescore } from '../../core/pictures/start-rescore.ts';
import { CALIBRATION } from '../../domain/score.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { loadIdentity } from '../identity-view.ts';
import { rescorePath } from '../links.ts';
import { IdInPath, json, problems } from '../schemas/common.ts';
import { Rescore } from '../schemas/rescore.ts';
import { needs } from '../scopes.ts';

const start = createRoute({
  method: 'post',
  path: '/v1/identities/{id}/rescore',
  operationId: 'rescoreIdentity',
  tags: ['identities'],
  summary: 'Score the kept test images again, when an older version scored them',
  description:
    'Costs nothing and needs no Idempotency-Key: a repeated request starts nothing new and gets the same answer. The images of the newest round and of the newest 20 tests on request are scored again. The approved version and its scores stay as they are.',
  security: needs('identities'),
  request: { params: IdInPath },
  responses: {
    202: {
      ...json(Rescore, 'It has started, or was done before'),
      headers: { location: { description: 'The address of the new scores', schema: { type: 'string' } } },
    },
    ...problems(404, 409, 503),
  },
});

const read = createRoute({
  method: 'get',
  path: '/v1/identities/{id}/rescore',
  operationId: 'getRescore',
  tags: ['identities'],
  summary: 'New scores of images that an older version scored',
  security: needs('identities'),
  request: { params: IdInPath },
  responses: { 200: json(Rescore, 'The progress, and the new scores when they are there'), ...problems(404, 503) },
});

export function rescoreRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(start, async (c) => {
    const row = await loadIdentity(deps, c.get('principal'), c.req.valid('param').id);
    const standing = await startRescore(deps, row);
    return c.json(answer(row.id, standing), 202, { location: rescorePath(row.id) });
  });

  routes.openapi(read, async (c) => {
    const row = await loadIdentity(deps, c.get('principal'), c.req.valid('param').id);
    return c.json(answer(row.id, await standingOfRescore(deps, row)), 200);
  });

  return routes;
}

function answer(identityId: string, { state, rescore }: RescoreStanding): Rescore {
  return {
    identityId,
    calibration: CALIBRATION.version,
    state,
    sets: (rescore?.sets ?? []).map(({ set: { kind, number, strength }, images, scores }) => ({
      ...(kind === 'retest' ? { test: number } : { round: number }),
      referenceStrength: strength,
      images: images.map((score) => ({ type: score.type, imageId: score.imageId, score })),
      scores,
    })),
    ...(rescore ? { at: rescore.at } : {}),
    links: { self: rescorePath(identityId) },
  };
}
