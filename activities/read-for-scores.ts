// The pictures that a score is made of, as vision reads them. What is gone is no failure: the rest can be scored.

import { cancellationSignal } from '@temporalio/activity';
import type { ObjectRef } from '../domain/keys.ts';
import type { PictureReading } from '../domain/photo.ts';
import { type ReferenceModel, referenceModel, referencesOf } from '../domain/reference-model.ts';
import type { IdentityRef } from '../domain/steps.ts';
import type { Ports } from './ports.ts';
import { ifThere, readReference } from './references.ts';

type World = Pick<Ports, 'store' | 'files' | 'vision'>;

/** The references that are left of these photos; `beat` hears how many were read. */
export async function readReferences(
  ports: World,
  ref: IdentityRef,
  photoIds: readonly string[],
  beat: (read: number) => void,
): Promise<ReferenceModel> {
  const photos: { photoId: string; reading: PictureReading }[] = [];
  for (const photoId of photoIds) {
    const bytes = await readReference(ports, ref, photoId);
    if (bytes) photos.push({ photoId, reading: await ports.vision.read(bytes, cancellationSignal()) });
    beat(photos.length);
  }
  return referenceModel(referencesOf(photos));
}

/** Undefined when the file is gone. */
export async function readImage({ files, vision }: World, object: ObjectRef): Promise<PictureReading | undefined> {
  const bytes = await ifThere(files.get(object));
  return bytes && vision.read(bytes, cancellationSignal());
}
