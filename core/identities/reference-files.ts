// The photos that an identity is scored against: its own copies. One that began before there were copies has the photos
// themselves, as long as nobody deletes them.

import { type ObjectRef, referenceObject } from '../../domain/keys.ts';
import type { IdentityRow } from '../ports/identities.ts';
import type { Ports } from '../ports/index.ts';

type Deps = Pick<Ports, 'photos' | 'files'>;

/** Where the reference lies; undefined when the identity has no such one, or it is gone. */
export async function referenceOf(
  { files, photos }: Deps,
  identity: IdentityRow,
  photoId: string,
): Promise<ObjectRef | undefined> {
  if (!referenceIds(identity).includes(photoId)) return undefined;
  const copy = referenceObject(identity.tenantId, identity.id, photoId);
  if (await files.has(copy)) return copy;
  const photo = await photos.find(identity.tenantId, photoId);
  return photo && (await files.has(photo.object)) ? photo.object : undefined;
}

/** Whether anything is left that a test image could be scored against. */
export async function hasReferences(deps: Deps, identity: IdentityRow): Promise<boolean> {
  for (const photoId of referenceIds(identity)) {
    if (await referenceOf(deps, identity, photoId)) return true;
  }
  return false;
}

/** Rows of old name only the photos that they were started with. */
const referenceIds = ({ referencePhotoIds, photoIds }: IdentityRow): string[] => referencePhotoIds ?? photoIds;
