// Step 2: the archive that the training reads.

import { heartbeat } from '@temporalio/activity';
import { Failure } from '../domain/failure.ts';
import { archiveObject } from '../domain/keys.ts';
import type { IdentityRef, RecordSteps } from '../domain/steps.ts';
import { captionOf } from '../domain/subject.ts';
import { activity } from './activity.ts';
import { packArchive } from './archive.ts';
import type { Ports } from './ports.ts';
import { readReference } from './references.ts';

type World = Pick<Ports, 'store' | 'files'>;

export function packPhotos(ports: World): RecordSteps['packPhotos'] {
  const { store, files } = ports;
  return activity(async ({ tenantId, identityId, photoIds, triggerWord, subject }) => {
    await store.saveStage(tenantId, identityId, 'uploading');
    const photos = contents(ports, { tenantId, identityId }, photoIds);
    // The trigger word stands in every caption: with captions given, fal does not use its own trigger_word.
    const { bytes, sha256 } = await packArchive(photos, captionOf(triggerWord, subject));
    const object = archiveObject(tenantId, identityId, sha256);
    await files.put(object, bytes, 'application/zip');
    await store.saveArchive(tenantId, identityId, object);
    return { archiveSha256: sha256, bytes: bytes.length, photos: photoIds.length };
  });
}

async function* contents(ports: World, ref: IdentityRef, photoIds: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const photoId of photoIds) {
    const bytes = await readReference(ports, ref, photoId);
    if (!bytes)
      throw new Failure('NotFound', `Not found: the photo ${photoId}. Start anew with photos that are there.`);
    yield bytes;
    heartbeat();
  }
}
