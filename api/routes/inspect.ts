// /v1/photos/inspect: the pre-flight report of an upload, with nothing kept.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { judgeFiles, readFiles } from '../../core/photos/preflight.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { preflightAnswer } from '../preflight-answer.ts';
import { json, problems } from '../schemas/common.ts';
import { PHOTOS_BODY, PreflightReport } from '../schemas/photo.ts';
import { needs } from '../scopes.ts';
import { withPhotos } from '../uploads/photos-in.ts';

const described = {
  method: 'post' as const,
  path: '/v1/photos/inspect',
  operationId: 'inspectPhotos',
  tags: ['photos'],
  summary: 'The verdicts of an upload, without storing anything',
  description:
    'The photos of the request are judged as one set: the answer tells whether an identity could be started with them alone.',
  security: needs('characters'),
  responses: {
    200: json(PreflightReport, 'The pre-flight report; every `photoId` is null'),
    ...problems(400, 413, 415, 422, 503),
  },
};
/** For the document. We read the body ourselves, as a stream. */
const documented = createRoute({ ...described, request: { body: PHOTOS_BODY } });
const inspect = createRoute({ ...described, hide: true });

export function inspectRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const { maxPhotos } = deps.settings;
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openAPIRegistry.registerPath(documented);
  routes.openapi(inspect, async (c) => {
    const read = await withPhotos(c.req.raw, deps, (files) => readFiles(deps, files, c.req.raw.signal));
    const result = judgeFiles(read, deps);
    const count = { usable: result.set.accepted.length, total: result.photos.length };
    return c.json(preflightAnswer(result, count, { maxPhotos, isKept: () => false }), 200);
  });

  return routes;
}
