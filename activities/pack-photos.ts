// Step 2: the archive that the training reads.

import { heartbeat } from '@temporalio/activity';
import { archiveObject } from '../domain/keys.ts';
import type { RecordSteps } from '../domain/steps.ts';
import { activity } from './activity.ts';
import { packArchive } from './archive.ts';
import type { FileStore, Ports, StoredPhoto } from './ports.ts';

export function packPhotos({ store, files }: Pick<Ports, 'store' | 'files'>): RecordSteps['packPhotos'] {
  return activity(async ({ tenantId, identityId, photoIds, triggerWord }) => {
    await store.saveStage(tenantId, identityId, 'uploading');
    const photos = await store.photos(tenantId, photoIds);
    // The trigger word stands in every caption: with captions given, fal does not use its own trigger_word.
    const { bytes, sha256 } = await packArchive(contents(files, photos), `a photo of ${triggerWord}, a person`);
    const object = archiveObject(tenantId, identityId, sha256);
    await files.put(object, bytes, 'application/zip');
    await store.saveArchive(tenantId, identityId, object);
    return { archiveSha256: sha256, bytes: bytes.length, photos: photos.length };
  });
}

async function* contents(files: FileStore, photos: readonly StoredPhoto[]): AsyncGenerator<Uint8Array> {
  for (const { object } of photos) {
    yield await files.get(object);
    heartbeat();
  }
}
