// Step 1: looks at every photo, then at the set. Spends nothing and changes nothing but the verdicts. A photo that is not
// the character's, or was deleted, ends nothing: it is named, and others are asked for.

import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { Failure } from '../domain/failure.ts';
import { heldOutPhoto } from '../domain/hold-out.ts';
import type { PhotoInSet, SetReport } from '../domain/photo-set.ts';
import { judgeSet, unknownPhotos } from '../domain/photo-set.ts';
import type { VisionSteps } from '../domain/steps.ts';
import { activity } from './activity.ts';
import type { Ports } from './ports.ts';

export function validatePhotos({
  store,
  files,
  vision,
}: Pick<Ports, 'store' | 'files' | 'vision'>): VisionSteps['validatePhotos'] {
  return activity(async ({ tenantId, identityId, characterId, photoIds, maxPhotos }) => {
    await store.saveStage(tenantId, identityId, 'validating');
    let read: PhotoInSet[] = [];
    for (const { photoId, object } of await store.photosOf(tenantId, characterId, photoIds)) {
      const bytes = await files.get(object).catch(noneIfGone);
      if (bytes) read.push({ photoId, reading: await vision.read(bytes, cancellationSignal()) });
      heartbeat({ read: read.length, of: photoIds.length });
    }
    let report = judgeSet(read, { maxPhotos });
    while (!(await isSaved(report))) {
      // One was deleted while the others were looked at.
      const left = await store.photosOf(tenantId, characterId, photoIds);
      read = read.filter(({ photoId }) => left.some((photo) => photo.photoId === photoId));
      report = judgeSet(read, { maxPhotos });
    }
    const missing = photoIds.filter((id) => !read.some(({ photoId }) => photoId === id));
    if (missing.length > 0) return { ...report, sufficient: false, problem: unknownPhotos(missing) };
    const accepted = read.filter(({ photoId }) => report.accepted.includes(photoId));
    const heldOut = report.sufficient ? heldOutPhoto(accepted) : undefined;
    if (report.sufficient) await store.saveReferences(tenantId, identityId, report.accepted, heldOut);
    return { ...report, ...(heldOut === undefined ? {} : { heldOut }) };

    async function isSaved({ photos }: SetReport): Promise<boolean> {
      const saved = store.savePhotoReports(tenantId, photos).then(() => true);
      return (await saved.catch(noneIfGone)) ?? false;
    }
  });
}

function noneIfGone(error: unknown): undefined {
  if (error instanceof Failure && error.code === 'NotFound') return undefined;
  throw error;
}
