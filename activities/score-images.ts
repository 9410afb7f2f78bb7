// Step 5: scores a round. References and test images are read by the same network, and only numbers come out.

import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { Failure } from '../domain/failure.ts';
import { testImageObject } from '../domain/keys.ts';
import type { PhotoInSet } from '../domain/photo-set.ts';
import { referenceModel, referencesOf } from '../domain/reference-model.ts';
import { type FlaggedImage, type ReadImage, scoreRound } from '../domain/score-round.ts';
import type { VisionSteps } from '../domain/steps.ts';
import { activity } from './activity.ts';
import type { Ports } from './ports.ts';

export function scoreImages({
  store,
  files,
  vision,
}: Pick<Ports, 'store' | 'files' | 'vision'>): VisionSteps['scoreImages'] {
  return activity(async ({ tenantId, identityId, photoIds, heldOut, round, strength, isTry, images }) => {
    await store.saveStage(tenantId, identityId, isTry ? 'rescuing' : 'scoring');
    const photos: PhotoInSet[] = [];
    for (const { photoId, object } of await store.photos(tenantId, photoIds)) {
      photos.push({ photoId, reading: await vision.read(await files.get(object), cancellationSignal()) });
      heartbeat({ references: photos.length, of: photoIds.length });
    }
    const references = referencesOf(photos);
    if (references.length === 0)
      throw new Failure('InvalidPhotos', 'None of the reference photos shows a face any more.');
    const tried = isTry ? strength : undefined;
    const read: (ReadImage | FlaggedImage)[] = [];
    for (const { type, imageId, flagged } of images) {
      if (flagged) {
        read.push({ type, imageId, flagged });
        continue;
      }
      const bytes = await files.get(testImageObject(tenantId, identityId, round, type, tried));
      read.push({ type, imageId, reading: await vision.read(bytes, cancellationSignal()) });
      heartbeat({ images: read.length, of: images.length });
    }
    const { scores, summary } = scoreRound(read, referenceModel(references), heldOut);
    await store.saveScores(tenantId, identityId, round, scores, summary);
    return { scores, summary };
  });
}
