// The photos that a run reads late: it keeps copies of its own, so that a photo can be deleted at any time.

import { identityFolders, referenceObject } from '../../domain/keys.ts';
import type { IdentityRef } from '../../domain/steps.ts';
import { ifThere } from '../files/if-there.ts';
import type { Ports } from '../ports/index.ts';
import type { PhotoRow } from '../ports/photos.ts';

/**
 * Copies the photos into the identity's folder; the same again copies nothing. Answers the ids of those that are gone: then,
 * and when there are none to copy, the folder is empty, whatever an attempt before had begun.
 */
export async function keepReferences(
  files: Ports['files'],
  { tenantId, identityId }: IdentityRef,
  photos: readonly Pick<PhotoRow, 'id' | 'object'>[],
): Promise<string[]> {
  const gone: string[] = [];
  for (const { id, object } of photos) {
    const copying = files.copy(object, referenceObject(tenantId, identityId, id)).then(() => true);
    if (!(await ifThere(copying))) gone.push(id);
  }
  if (gone.length > 0 || photos.length === 0)
    await files.removeFolder(identityFolders(tenantId, identityId).references);
  return gone;
}

/** The identity's copy. One that began before there were copies has the photo itself. Undefined when both are gone. */
export async function readReference(
  { photos, files }: Pick<Ports, 'photos' | 'files'>,
  { tenantId, identityId }: IdentityRef,
  photoId: string,
): Promise<Buffer | undefined> {
  const copy = await ifThere(files.get(referenceObject(tenantId, identityId, photoId)));
  if (copy) return copy;
  const photo = await photos.find(tenantId, photoId);
  return photo && ifThere(files.get(photo.object));
}
