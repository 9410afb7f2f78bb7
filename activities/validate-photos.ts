// Step 1: looks at every photo, then at the set. Spends nothing. Of a set that will do it keeps the accepted photos in the
// identity's own folder; besides it changes nothing but the verdicts.

import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { heldOutPhoto } from '../domain/hold-out.ts';
import type { PhotoInSet } from '../domain/photo-set.ts';
import { judgeSet, unknownPhotos } from '../domain/photo-set.ts';
import type { VisionSteps } from '../domain/steps.ts';
import { activity } from './activity.ts';
import type { Ports } from './ports.ts';
import { keepReferences } from './references.ts';

export function validatePhotos({
  store,
  files,
  vision,
}: Pick<Ports, 'store' | 'files' | 'vision'>): VisionSteps['validatePhotos'] {
  return activity(async ({ tenantId, identityId, photoIds, maxPhotos }) => {
    const read: PhotoInSet[] = [];
    const photos = await store.photos(tenantId, photoIds);
    for (const { photoId, object } of photos) {
      read.push({ photoId, reading: await vision.read(await files.get(object), cancellationSignal()) });
      heartbeat({ read: read.length, of: photoIds.length });
    }
    const report = judgeSet(read, { maxPhotos });
    await store.savePhotoReports(tenantId, report.photos);
    const accepted = read.filter(({ photoId }) => report.accepted.includes(photoId));
    const heldOut = report.sufficient ? heldOutPhoto(accepted) : undefined;
    const used = report.sufficient ? photos.filter(({ photoId }) => report.accepted.includes(photoId)) : [];
    const gone = await keepReferences(files, { tenantId, identityId }, used);
    if (gone.length > 0) return { ...report, sufficient: false, problem: unknownPhotos(gone) };
    if (report.sufficient) await store.saveReferences(tenantId, identityId, report.accepted, heldOut);
    return { ...report, ...(heldOut === undefined ? {} : { heldOut }) };
  });
}
