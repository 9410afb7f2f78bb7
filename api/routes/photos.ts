// /v1/characters/{id}/photos and /v1/photos/{id}: upload with a verdict a photo, list, delete.

import { randomUUID } from 'node:crypto';
import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { photoObject } from '../../domain/keys.ts';
import { judgeSet, PHOTO_LIMITS, type PhotoReport } from '../../domain/photo-rules.ts';
import { photosBody } from '../body-limits.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { photoContentPath } from '../links.ts';
import { photoCountProblem } from '../photo-count.ts';
import type { CharacterRow, PhotoRow, PreparedPhoto } from '../ports.ts';
import { IdInPath, json, problems, security } from '../schemas/common.ts';
import { type Photo, PhotoList, PhotosUpload, PreflightReport } from '../schemas/photo.ts';
import { notFound } from '../validation.ts';

const upload = createRoute({
  method: 'post',
  path: '/v1/characters/{id}/photos',
  summary: 'Upload reference photos; answers a verdict a photo',
  description:
    'Readable photos are stored whatever the verdict, encoded anew. Duplicates and strangers are looked for among the photos of one request.',
  security,
  middleware: photosBody,
  request: { params: IdInPath, body: { required: true, content: { 'multipart/form-data': { schema: PhotosUpload } } } },
  responses: { 200: json(PreflightReport, 'The pre-flight report'), ...problems(400, 401, 404, 413, 415, 422, 503) },
});

const list = createRoute({
  method: 'get',
  path: '/v1/characters/{id}/photos',
  summary: 'The photos of a character, in the order of upload',
  security,
  request: { params: IdInPath },
  responses: { 200: json(PhotoList, 'The photos'), ...problems(401, 404, 503) },
});

const remove = createRoute({
  method: 'delete',
  path: '/v1/photos/{id}',
  summary: 'Delete a photo, its file too',
  security,
  request: { params: IdInPath },
  responses: { 204: { description: 'Gone' }, ...problems(401, 404, 503) },
});

export function photoRoutes(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const { registry, files, photoReader, settings } = deps;
  const routes = new OpenAPIHono<ApiEnv>();

  routes.openapi(upload, async (c) => {
    const character = await loadCharacter(deps, c.get('principal').tenantId, c.req.valid('param').id);
    const photos = [];
    // One after the other: all uploads share the threads that read them, and their short queue.
    for (const file of c.req.valid('form').photos) {
      const prepared = await photoReader.prepare(new Uint8Array(await file.arrayBuffer()), c.req.raw.signal);
      photos.push({ photoId: randomUUID(), fileName: file.name, ...prepared });
    }
    const report = judgeSet(photos, { maxPhotos: settings.maxPhotos });
    const judged = photos.map((photo) => ({ ...photo, report: reportOf(report.photos, photo.photoId) }));
    for (const photo of judged) await keep(deps, character, photo);

    const all = await registry.photosOf(character.tenantId, character.id);
    const usable = all.filter((row) => row.report.verdict !== 'rejected').length;
    const stranger = report.problem?.code === 'wrong_person' ? report.problem : undefined;
    const problem = stranger ?? photoCountProblem({ usable, total: all.length }, settings.maxPhotos);
    const set = {
      usable,
      total: all.length,
      minimum: PHOTO_LIMITS.minPhotos,
      maximum: settings.maxPhotos,
      sufficient: problem === undefined,
      ...(problem ? { problem } : {}),
    };
    const verdicts = judged.map(({ photoId, fileName, stored, report: { verdict, findings } }) => ({
      photoId: stored ? photoId : null,
      fileName,
      verdict,
      findings,
    }));
    return c.json({ photos: verdicts, set }, 200);
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

function reportOf(reports: readonly PhotoReport[], photoId: string): PhotoReport {
  const report = reports.find((r) => r.photoId === photoId);
  if (!report) throw new Error('a photo was not judged');
  return report;
}

/** Stores the file, then the row that makes it count. */
async function keep(
  { registry, files }: ApiDeps,
  character: CharacterRow,
  photo: PreparedPhoto & { photoId: string; report: PhotoReport },
): Promise<void> {
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
