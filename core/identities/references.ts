// The photos that a run reads late. The run keeps its own copies, so that a photo can be deleted at any time. An older
// identity without copies uses the photos themselves while they exist.

import { identityFolders, type ObjectRef, referenceObject } from '../../domain/keys.ts';
import type { IdentityRef } from '../../domain/steps.ts';
import { ifThere } from '../files/if-there.ts';
import type { IdentityRow } from '../ports/identities.ts';
import type { Ports } from '../ports/index.ts';
import type { PhotoRow } from '../ports/photos.ts';

type World = Pick<Ports, 'photos' | 'files'>;

/**
 * Copies the photos into the identity's folder; a repeat copies nothing. Answers the ids of missing photos. If there
 * are any, or none to copy, the folder is empty, whatever an earlier attempt copied.
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

/** What a reference holds; undefined when it is gone. */
export async function readReference(world: World, ref: IdentityRef, photoId: string): Promise<Buffer | undefined> {
  for await (const object of placesOf(world, ref, photoId)) {
    const bytes = await ifThere(world.files.get(object));
    if (bytes) return bytes;
  }
  return undefined;
}

/** The place of a reference; undefined when the identity has no such reference, or it is gone. */
export async function referenceOf(
  world: World,
  identity: IdentityRow,
  photoId: string,
): Promise<ObjectRef | undefined> {
  if (!referenceIds(identity).includes(photoId)) return undefined;
  for await (const object of placesOf(world, { tenantId: identity.tenantId, identityId: identity.id }, photoId)) {
    if (await world.files.has(object)) return object;
  }
  return undefined;
}

/** Whether a reference is left to score a test image against. */
export async function hasReferences(world: World, identity: IdentityRow): Promise<boolean> {
  for (const photoId of referenceIds(identity)) {
    if (await referenceOf(world, identity, photoId)) return true;
  }
  return false;
}

/** The identity's copy, then the photo itself, which is looked up only when the copy is missing. */
async function* placesOf(
  { photos }: World,
  { tenantId, identityId }: IdentityRef,
  photoId: string,
): AsyncGenerator<ObjectRef> {
  yield referenceObject(tenantId, identityId, photoId);
  const photo = await photos.find(tenantId, photoId);
  if (photo) yield photo.object;
}

/** Old rows have only the photos of the start request. */
export const referenceIds = ({ referencePhotoIds, photoIds }: IdentityRow): string[] => referencePhotoIds ?? photoIds;
