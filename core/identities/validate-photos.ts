// Step 1: looks at every photo, then at the set. Spends nothing. Of a set that will do it keeps the accepted photos in the
// identity's own folder; besides it changes nothing but the verdicts. A photo that is not the character's, or was deleted,
// ends nothing: it is named, and others are asked for.

import { heldOutPhoto } from '../../domain/hold-out.ts';
import type { PhotoInSet, SetReport } from '../../domain/photo-set.ts';
import { judgeSet, unknownPhotos } from '../../domain/photo-set.ts';
import type { VisionSteps } from '../../domain/steps.ts';
import { ifThere } from '../files/if-there.ts';
import type { Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import type { PhotoRow } from '../ports/photos.ts';
import type { Vision } from '../ports/vision.ts';
import { keepReferences } from './references.ts';

export function validatePhotos({
  identities,
  photos,
  files,
  vision,
}: Pick<Ports, 'identities' | 'photos' | 'files'> & { vision: Pick<Vision, 'read'> }): Work<
  VisionSteps['validatePhotos']
> {
  /** Those that the character has, in the order asked for. */
  async function chosen(tenantId: string, characterId: string, photoIds: readonly string[]): Promise<PhotoRow[]> {
    const rows = new Map((await photos.of(tenantId, characterId, photoIds)).map((row) => [row.id, row]));
    return photoIds.flatMap((id) => rows.get(id) ?? []);
  }

  return async ({ tenantId, identityId, characterId, photoIds, maxPhotos }, attempt) => {
    await identities.saveStage(tenantId, identityId, 'validating');
    let read: PhotoInSet[] = [];
    const rows = await chosen(tenantId, characterId, photoIds);
    for (const { id: photoId, object } of rows) {
      const bytes = await ifThere(files.get(object));
      if (bytes) read.push({ photoId, reading: await vision.read(bytes, attempt.signal) });
      attempt.beat({ read: read.length, of: photoIds.length });
    }
    let report = judgeSet(read, { maxPhotos });
    while (!(await isSaved(report))) {
      // One was deleted while the others were looked at.
      const left = await chosen(tenantId, characterId, photoIds);
      read = read.filter(({ photoId }) => left.some(({ id }) => id === photoId));
      report = judgeSet(read, { maxPhotos });
    }
    const missing = photoIds.filter((id) => !read.some(({ photoId }) => photoId === id));
    if (missing.length > 0) return { ...report, sufficient: false, problem: unknownPhotos(missing) };
    const accepted = read.filter(({ photoId }) => report.accepted.includes(photoId));
    const heldOut = report.sufficient ? heldOutPhoto(accepted) : undefined;
    const used = report.sufficient ? rows.filter(({ id }) => report.accepted.includes(id)) : [];
    const gone = await keepReferences(files, { tenantId, identityId }, used);
    if (gone.length > 0) return { ...report, sufficient: false, problem: unknownPhotos(gone) };
    if (report.sufficient) await identities.saveReferences(tenantId, identityId, report.accepted, heldOut);
    return { ...report, ...(heldOut === undefined ? {} : { heldOut }) };

    async function isSaved(report: SetReport): Promise<boolean> {
      const saved = photos.saveReports(tenantId, report.photos).then(() => true);
      return (await ifThere(saved)) ?? false;
    }
  };
}
