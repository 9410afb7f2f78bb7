// Step 2: the archive that the training reads.

import { Failure } from '../../domain/failure.ts';
import { archiveObject } from '../../domain/keys.ts';
import type { IdentityRef, RecordSteps } from '../../domain/steps.ts';
import { captionOf } from '../../domain/subject.ts';
import { packArchive } from '../files/archive.ts';
import type { Attempt, Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import { readReference } from './references.ts';

type World = Pick<Ports, 'identities' | 'photos' | 'files'>;

export function packPhotos(ports: World): Work<RecordSteps['packPhotos']> {
  const { files, identities } = ports;
  return async ({ tenantId, identityId, photoIds, triggerWord, subject }, attempt) => {
    await identities.saveStage(tenantId, identityId, 'uploading');
    const photos = contents(ports, { tenantId, identityId }, photoIds, attempt);
    // Every caption has the trigger word: with captions given, fal does not use its own trigger_word.
    const { bytes, sha256 } = await packArchive(photos, captionOf(triggerWord, subject));
    const object = archiveObject(tenantId, identityId, sha256);
    await files.put(object, bytes, 'application/zip');
    await identities.saveArchive(tenantId, identityId, object);
    return { archiveSha256: sha256, bytes: bytes.length, photos: photoIds.length };
  };
}

async function* contents(
  ports: World,
  ref: IdentityRef,
  photoIds: readonly string[],
  attempt: Attempt,
): AsyncGenerator<Uint8Array> {
  for (const photoId of photoIds) {
    const bytes = await readReference(ports, ref, photoId);
    if (!bytes)
      throw new Failure('NotFound', `Not found: the photo ${photoId}. Start a new identity with photos that exist.`);
    yield bytes;
    attempt.beat();
  }
}
