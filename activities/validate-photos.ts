// Step 1: looks at every photo, then at the set. Spends nothing and changes nothing but the verdicts.

import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { heldOutPhoto } from '../domain/hold-out.ts';
import type { PhotoInSet } from '../domain/photo-set.ts';
import { judgeSet } from '../domain/photo-set.ts';
import type { VisionSteps } from '../domain/steps.ts';
import { activity } from './activity.ts';
import type { Ports } from './ports.ts';

export function validatePhotos({
  store,
  files,
  vision,
}: Pick<Ports, 'store' | 'files' | 'vision'>): VisionSteps['validatePhotos'] {
  return activity(async ({ tenantId, identityId, photoIds, maxPhotos }) => {
    const read: PhotoInSet[] = [];
    for (const { photoId, object } of await store.photos(tenantId, photoIds)) {
      read.push({ photoId, reading: await vision.read(await files.get(object), cancellationSignal()) });
      heartbeat({ read: read.length, of: photoIds.length });
    }
    const report = judgeSet(read, { maxPhotos });
    await store.savePhotoReports(tenantId, report.photos);
    const accepted = read.filter(({ photoId }) => report.accepted.includes(photoId));
    const heldOut = report.sufficient ? heldOutPhoto(accepted) : undefined;
    if (report.sufficient) await store.saveReferences(tenantId, identityId, report.accepted, heldOut);
    return { ...report, ...(heldOut === undefined ? {} : { heldOut }) };
  });
}
