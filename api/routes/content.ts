// The pictures, for holders of a key: /v1/photos/{id}/content, /v1/images/{id}/content, and
// /v1/identities/{id}/references/{photoId}/content.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { referenceOf } from '../../core/identities/references.ts';
import { notFound } from '../../core/refusal.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { loadIdentity } from '../identity-view.ts';
import { PICTURE_RESPONSES, sendPicture } from '../picture-content.ts';
import { Id, IdInPath } from '../schemas/common.ts';
import { needs } from '../scopes.ts';

const photo = createRoute({
  method: 'get',
  path: '/v1/photos/{id}/content',
  operationId: 'getPhotoContent',
  tags: ['photos'],
  summary: 'A reference photo',
  security: needs('characters'),
  request: { params: IdInPath },
  responses: PICTURE_RESPONSES,
});

const image = createRoute({
  method: 'get',
  path: '/v1/images/{id}/content',
  operationId: 'getTestImageContent',
  tags: ['identities'],
  summary: 'A test image',
  security: needs('identities'),
  request: { params: IdInPath },
  responses: PICTURE_RESPONSES,
});

const reference = createRoute({
  method: 'get',
  path: '/v1/identities/{id}/references/{photoId}/content',
  operationId: 'getReferenceContent',
  tags: ['identities'],
  summary: 'A reference photo of an identity',
  description:
    'The photo that the identity is trained on and scored against. The answer is the copy of the identity; where there is none, the photo of the character, if it still exists.',
  security: needs('identities'),
  request: { params: IdInPath.extend({ photoId: Id }) },
  responses: PICTURE_RESPONSES,
});

export function contentRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const { photos, testImages } = deps;
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(photo, async (c) => {
    const row = await photos.find(c.get('principal').tenantId, c.req.valid('param').id);
    if (!row) throw notFound();
    return sendPicture(c, deps, row.object);
  });

  routes.openapi(image, async (c) => {
    const row = await testImages.find(c.get('principal').tenantId, c.req.valid('param').id);
    if (!row) throw notFound();
    return sendPicture(c, deps, row.object);
  });

  routes.openapi(reference, async (c) => {
    const { id, photoId } = c.req.valid('param');
    const row = await loadIdentity(deps, c.get('principal'), id);
    const object = await referenceOf(deps, row, photoId);
    if (!object) throw notFound();
    return sendPicture(c, deps, object);
  });

  return routes;
}
