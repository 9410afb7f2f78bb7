// The pictures, for holders of a key: /v1/photos/{id}/content, /v1/images/{id}/content, and
// /v1/identities/{id}/references/{photoId}/content.

import { createHash } from 'node:crypto';
import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { referenceOf } from '../../core/identities/references.ts';
import { notFound } from '../../core/refusal.ts';
import type { ObjectRef } from '../../domain/keys.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { loadIdentity } from '../identity-view.ts';
import { Id, IdInPath, problems } from '../schemas/common.ts';
import { needs } from '../scopes.ts';

/** Seconds that a browser may keep its copy: short, so that a deleted picture disappears. */
const MAX_AGE_SECONDS = 300;
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

const picture = { schema: { type: 'string', format: 'binary' } } as const;
const responses = {
  200: { description: 'The picture', content: { 'image/jpeg': picture, 'image/png': picture } },
  304: { description: 'The copy with this ETag is up to date' },
  ...problems(404, 503),
};

const photo = createRoute({
  method: 'get',
  path: '/v1/photos/{id}/content',
  operationId: 'getPhotoContent',
  tags: ['photos'],
  summary: 'A reference photo',
  security: needs('characters'),
  request: { params: IdInPath },
  responses,
});

const image = createRoute({
  method: 'get',
  path: '/v1/images/{id}/content',
  operationId: 'getTestImageContent',
  tags: ['identities'],
  summary: 'A test image',
  security: needs('identities'),
  request: { params: IdInPath },
  responses,
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
  responses,
});

export function contentRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const { photos, testImages } = deps;
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(photo, async (c) => {
    const row = await photos.find(c.get('principal').tenantId, c.req.valid('param').id);
    if (!row) throw notFound();
    return send(c, deps, row.object);
  });

  routes.openapi(image, async (c) => {
    const row = await testImages.find(c.get('principal').tenantId, c.req.valid('param').id);
    if (!row) throw notFound();
    return send(c, deps, row.object);
  });

  routes.openapi(reference, async (c) => {
    const { id, photoId } = c.req.valid('param');
    const row = await loadIdentity(deps, c.get('principal'), id);
    const object = await referenceOf(deps, row, photoId);
    if (!object) throw notFound();
    return send(c, deps, object);
  });

  return routes;
}

async function send(c: Context, { files }: ApiDeps, object: ObjectRef): Promise<Response> {
  const bytes = await files.get(object);
  const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`;
  c.header('etag', etag);
  c.header('cache-control', `private, max-age=${MAX_AGE_SECONDS}`);
  c.header('vary', 'authorization');
  if (c.req.header('if-none-match') === etag) return c.body(null, 304);
  const type = bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE) ? 'image/png' : 'image/jpeg';
  return c.body(new Uint8Array(bytes), 200, { 'content-type': type });
}
