// The readings of the pictures for a score. A missing file is not a failure: the rest can be scored.

import type { ObjectRef } from '../../domain/keys.ts';
import type { PictureReading } from '../../domain/photo.ts';
import { type ReferenceModel, referenceModel, referencesOf } from '../../domain/reference-model.ts';
import type { IdentityRef } from '../../domain/steps.ts';
import { ifThere } from '../files/if-there.ts';
import { readReference } from '../identities/references.ts';
import type { Attempt } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import type { Vision } from '../ports/vision.ts';

type World = Pick<Ports, 'photos' | 'files'> & { vision: Pick<Vision, 'read'> };

/** The references that are left of these photos. */
export async function readReferences(
  ports: World,
  ref: IdentityRef,
  photoIds: readonly string[],
  { signal, beat }: Attempt,
): Promise<ReferenceModel> {
  const photos: { photoId: string; reading: PictureReading }[] = [];
  for (const photoId of photoIds) {
    const bytes = await readReference(ports, ref, photoId);
    if (bytes) photos.push({ photoId, reading: await ports.vision.read(bytes, signal) });
    beat({ references: photos.length, of: photoIds.length });
  }
  return referenceModel(referencesOf(photos));
}

/** Undefined when the file is gone. */
export async function readImage(
  { files, vision }: World,
  { signal }: Attempt,
  object: ObjectRef,
): Promise<PictureReading | undefined> {
  const bytes = await ifThere(files.get(object));
  return bytes && vision.read(bytes, signal);
}
