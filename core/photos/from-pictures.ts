// Generated pictures as photos: read as the files of an upload are, so that the very same checks judge them.

import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { ifThere } from '../files/if-there.ts';
import type { Ports } from '../ports/index.ts';
import { Refusal } from '../refusal.ts';
import { type ReadFile, readFiles } from './preflight.ts';

/**
 * In the order of the ids. Refusals: not_found names the ids that are no pictures of the tenant, picture_gone those whose
 * files were deleted. Throws what the ports do.
 */
export async function readPictures(
  deps: Pick<Ports, 'pictures' | 'files' | 'vision'>,
  { tenantId, pictureIds, signal }: { tenantId: string; pictureIds: readonly string[]; signal: AbortSignal },
): Promise<ReadFile[]> {
  const objects = await deps.pictures.files(tenantId, pictureIds);
  const unknown = pictureIds.filter((id) => !objects.has(id));
  if (unknown.length > 0) {
    const detail = `No picture of yours has these ids: ${unknown.join(', ')}. GET /v1/characters/{id}/pictures lists those of a character.`;
    throw new Refusal('not_found', detail, { members: { pictureIds: unknown } });
  }
  const read: ReadFile[] = [];
  const gone: string[] = [];
  // One after the other, so that one picture is in memory at a time.
  for (const pictureId of pictureIds) {
    const object = objects.get(pictureId);
    const bytes = object && (await ifThere(deps.files.get(object)));
    if (!object || !bytes) {
      gone.push(pictureId);
      continue;
    }
    const fileName = object.key.split('/').at(-1) ?? pictureId;
    const size = bytes.length;
    const kept = size > PHOTO_LIMITS.maxBytes ? Buffer.of() : bytes;
    const origin = { kind: 'generated', pictureId } as const;
    read.push(...(await readFiles(deps, [{ fileName, bytes: kept, size, origin }], signal)));
  }
  if (gone.length > 0) {
    const detail = `The files of these pictures were deleted: ${gone.join(', ')}. Choose other pictures. Nothing was stored.`;
    throw new Refusal('picture_gone', detail, { members: { pictureIds: gone } });
  }
  return read;
}
