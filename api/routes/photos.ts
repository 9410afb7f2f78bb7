// /v1/characters/{id}/photos and /v1/photos/{id}: upload with a verdict a photo, list, delete.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { photoObject } from '../../domain/keys.ts';
import { photosBody } from '../body-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { photoContentPath } from '../links.ts';
import type { CharacterRow, PhotoRow } from '../ports.ts';
import { type JudgedPhoto, preflight, preflightAnswer } from '../preflight.ts';
import { IdInPath, json, problems } from '../schemas/common.ts';
import { type Photo, PhotoList, PhotosUpload, PreflightReport } from '../schemas/photo.ts';
import { needs } from '../scopes.ts';
import { notFound } from '../validation.ts';

const upload = createRoute({
  method: 'post',
  path: '/v1/characters/{id}/photos',
  operationId: 'uploadPhotos',
  tags: ['photos'],
  summary: 'Upload reference photos; answers a verdict a photo',
  description:
    'Readable photos are stored whatever the verdict, encoded anew. Duplicates and strangers are looked for among the photos of one request.',
  security: needs('characters'),
  middleware: photosBody,
  request: { params: IdInPath, body: { required: true, content: { 'multipart/form-data': { schema: PhotosUpload } } } },
  responses: { 200: json(PreflightReport, 'The pre-flight report'), ...problems(400, 404, 413, 415, 422, 503) },
});

const list = createRoute({
  method: 'get',
  path: '/v1/characters/{id}/photos',
  operationId: 'listPhotos',
  tags: ['photos'],
  summary: 'The photos of a character, in the order of upload',
  security: needs('characters'),
  request: { params: IdInPath },
  responses: { 200: json(PhotoList, 'The photos'), ...problems(404, 503) },
});

const remove = createRoute({
  method: 'delete',
  path: '/v1/photos/{id}',
  operationId: 'deletePhoto',
  tags: ['photos'],
  summary: 'Delete a photo, its file too',
  security: needs('characters'),
  request: { params: IdInPath },
  responses: { 204: { description: 'Gone' }, ...problems(404, 503) },
});

export function photoRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const { registry, files, settings } = deps;
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(upload, async (c) => {
    const character = await loadCharacter(deps, c.get('principal').tenantId, c.req.valid('param').id);
    const result = await preflight(deps, c.req.valid('form').photos, c.req.raw.signal);
    for (const photo of result.photos) await keep(deps, character, photo);

    const all = await registry.photosOf(character.tenantId, character.id);
    const usable = all.filter((row) => row.report.verdict !== 'rejected').length;
    const isStored = (photo: JudgedPhoto) => photo.stored !== undefined;
    const count = { usable, total: all.length };
    return c.json(preflightAnswer(result, count, { maxPhotos: settings.maxPhotos, isStored }), 200);
  });

  routes.openapi(list, async (c) => {
    const character = await loadCharacter(deps, c.get('principal').tenantId, c.req.valid('param').id);
    const rows = await registry.photosOf(character.tenantId, character.id);
    return c.json({ items: rows.map(answer) }, 200);
  });

  routes.openapi(remove, async (c) => {
    const { tenantId } = c.get('principal');
    const photo = await registry.photo(tenantId, c.req.valid('param').id);
    if (!photo) throw notFound();
    // The file first: if the row can't follow, it is still there to be deleted again, and no picture stays unseen.
    await files.remove(photo.object.bucket, [photo.object.key]);
    await registry.removePhoto(tenantId, photo.id);
    return c.body(null, 204);
  });

  return routes;
}

async function loadCharacter({ registry }: ApiDeps, tenantId: string, characterId: string): Promise<CharacterRow> {
  const character = await registry.character(tenantId, characterId);
  if (!character) throw notFound();
  return character;
}

/** Stores the file, then the row that makes it count. */
async function keep({ registry, files }: ApiDeps, character: CharacterRow, photo: JudgedPhoto): Promise<void> {
  const { photoId, reading, stored, report } = photo;
  if (!reading.readable || !stored) return;
  const object = photoObject(character.tenantId, character.id, photoId);
  await files.put(object, stored.bytes, 'image/jpeg');
  await registry.addPhoto({
    id: photoId,
    tenantId: character.tenantId,
    characterId: character.id,
    object,
    sourceSha256: reading.sha256,
    width: stored.width,
    height: stored.height,
    report,
  });
}

function answer(row: PhotoRow): Photo {
  const { id, characterId, width, height, report, createdAt } = row;
  const { verdict, findings } = report;
  return {
    photoId: id,
    characterId,
    width,
    height,
    verdict,
    findings,
    createdAt,
    links: { content: photoContentPath(id) },
  };
}
