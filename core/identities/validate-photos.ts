// Step 1: checks every photo, then the set. Spends nothing. It stores the verdicts, and copies the accepted photos of a
// sufficient set into the identity's folder. Photos that are deleted or not the character's do not end the run: they
// are named, and the run waits for others.

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
  /** The photos that the character has, in the requested order. */
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
      // One was deleted during the check.
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
