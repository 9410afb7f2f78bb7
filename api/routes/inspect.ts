// /v1/photos/inspect: the pre-flight report of an upload, with nothing kept.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { photosBody } from '../body-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { preflight, preflightAnswer } from '../preflight.ts';
import { json, problems } from '../schemas/common.ts';
import { PhotosUpload, PreflightReport } from '../schemas/photo.ts';
import { needs } from '../scopes.ts';

const inspect = createRoute({
  method: 'post',
  path: '/v1/photos/inspect',
  operationId: 'inspectPhotos',
  tags: ['photos'],
  summary: 'The verdicts that an upload would answer, with nothing stored',
  description: 'The photos of the request are judged as one set: whether an identity could be started with them alone.',
  security: needs('characters'),
  middleware: photosBody,
  request: { body: { required: true, content: { 'multipart/form-data': { schema: PhotosUpload } } } },
  responses: {
    200: json(PreflightReport, 'The pre-flight report; every `photoId` is null'),
    ...problems(400, 413, 415, 422, 503),
  },
});

export function inspectRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const { maxPhotos } = deps.settings;
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(inspect, async (c) => {
    const result = await preflight(deps, c.req.valid('form').photos, c.req.raw.signal);
    const count = { usable: result.set.accepted.length, total: result.photos.length };
    return c.json(preflightAnswer(result, count, { maxPhotos, isStored: () => false }), 200);
  });

  return routes;
}
