// /v1/characters/{id}/photos and /v1/photos/{id}: upload with a verdict a photo, list, delete.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { addToCharacter, type PhotosOfCharacter } from '../../core/photos/add-to-character.ts';
import { readPictures } from '../../core/photos/from-pictures.ts';
import { createPhotoReadings } from '../../core/photos/photo-readings.ts';
import { readFiles } from '../../core/photos/preflight.ts';
import type { CharacterRow } from '../../core/ports/characters.ts';
import type { PhotoRow } from '../../core/ports/photos.ts';
import { notFound } from '../../core/refusal.ts';
import { jsonBody } from '../body-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { photoContentPath } from '../links.ts';
import { preflightAnswer } from '../preflight-answer.ts';
import { IdInPath, json, jsonRequest, problems } from '../schemas/common.ts';
import { FromPictures, PHOTOS_BODY, type Photo, PhotoList, PreflightReport } from '../schemas/photo.ts';
import { needs } from '../scopes.ts';
import { withPhotos, withRoomFor } from '../uploads/photos-in.ts';

const described = {
  method: 'post' as const,
  path: '/v1/characters/{id}/photos' as const,
  operationId: 'uploadPhotos',
  tags: ['photos'],
  summary: 'Upload reference photos; the answer has a verdict for each photo',
  description:
    'Each readable photo is stored, whatever its verdict, as a new encoding of its pixels. Duplicates and photos of other persons are looked for among all photos of the character. When there are more than a run takes, they are looked for among the photos of the request alone.',
  security: needs('characters'),
  responses: { 200: json(PreflightReport, 'The pre-flight report'), ...problems(400, 404, 413, 415, 422, 503) },
};
/** For the document. We read the body ourselves, as a stream. */
const documented = createRoute({ ...described, request: { params: IdInPath, body: PHOTOS_BODY } });
const upload = createRoute({ ...described, hide: true, request: { params: IdInPath } });

const fromPictures = createRoute({
  method: 'post',
  path: '/v1/characters/{id}/photos/from-pictures',
  operationId: 'addPhotosFromPictures',
  tags: ['photos'],
  summary: 'Take generated pictures as reference photos; the answer has a verdict for each',
  description:
    'Test images and pictures of stills pass the same checks as an upload, and are stored like one. The photo names the picture as its `origin`. A picture that is taken twice is a duplicate, as a file is that is uploaded twice.',
  security: needs('characters'),
  middleware: jsonBody,
  request: { params: IdInPath, body: jsonRequest(FromPictures, true) },
  responses: {
    200: json(PreflightReport, 'The pre-flight report'),
    ...problems(400, 404, 409, 413, 415, 422, 503),
  },
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
  summary: 'Delete a photo and its file',
  security: needs('characters'),
  request: { params: IdInPath },
  responses: { 204: { description: 'Gone' }, ...problems(404, 503) },
});

export function photoRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const { files, settings, photos } = deps;
  const routes = new OpenAPIHono<ApiEnv>();
  const readings = createPhotoReadings(deps);

  const reportOf = ({ preflight, count, isKept }: PhotosOfCharacter) =>
    preflightAnswer(preflight, count, { maxPhotos: settings.maxPhotos, isKept });

  routes.openAPIRegistry.registerPath(documented);
  routes.openapi(upload, async (c) => {
    const { signal } = c.req.raw;
    const added = await withPhotos(c.req.raw, deps, async (uploaded) => {
      const character = await loadCharacter(deps, c.get('principal').tenantId, c.req.valid('param').id);
      const read = await readFiles(deps, uploaded, signal);
      return addToCharacter(deps, readings, { character, files: read, signal });
    });
    return c.json(reportOf(added), 200);
  });

  routes.openapi(fromPictures, async (c) => {
    const { signal } = c.req.raw;
    const { tenantId } = c.get('principal');
    const { pictureIds } = c.req.valid('json');
    const character = await loadCharacter(deps, tenantId, c.req.valid('param').id);
    const added = await withRoomFor(pictureIds.length, signal, async () => {
      const read = await readPictures(deps, { tenantId, pictureIds, signal });
      return addToCharacter(deps, readings, { character, files: read, signal });
    });
    return c.json(reportOf(added), 200);
  });

  routes.openapi(list, async (c) => {
    const character = await loadCharacter(deps, c.get('principal').tenantId, c.req.valid('param').id);
    const rows = await photos.of(character.tenantId, character.id);
    return c.json({ items: rows.map(answer) }, 200);
  });

  routes.openapi(remove, async (c) => {
    const { tenantId } = c.get('principal');
    const photo = await photos.find(tenantId, c.req.valid('param').id);
    if (!photo) throw notFound();
    // The file first: if the row can't be deleted, the request can be repeated, and no file is left without a row.
    await files.remove(photo.object.bucket, [photo.object.key]);
    await photos.remove(tenantId, photo.id);
    readings.forget(photo.id);
    return c.body(null, 204);
  });

  return routes;
}

async function loadCharacter({ characters }: ApiDeps, tenantId: string, characterId: string): Promise<CharacterRow> {
  const character = await characters.find(tenantId, characterId);
  if (!character) throw notFound();
  return character;
}

function answer(row: PhotoRow): Photo {
  const { id, characterId, origin, width, height, report, createdAt } = row;
  const { verdict, findings } = report;
  return {
    photoId: id,
    characterId,
    origin,
    width,
    height,
    verdict,
    findings,
    createdAt,
    links: { content: photoContentPath(id) },
  };
}
