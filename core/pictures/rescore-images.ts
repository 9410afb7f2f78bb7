// Scores again what an older version scored, from the stored images and references. It costs nothing and decides
// nothing: the old scores and the approval stay.

import { Failure } from '../../domain/failure.ts';
import { setName } from '../../domain/picture-set.ts';
import { olderSets, type RescoredSet } from '../../domain/rescore.ts';
import { CALIBRATION } from '../../domain/score.ts';
import { type FlaggedImage, type ReadImage, scoreRound } from '../../domain/score-round.ts';
import type { VisionSteps } from '../../domain/steps.ts';
import { TEST_TYPES } from '../../domain/test-suite.ts';
import type { Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import type { Vision } from '../ports/vision.ts';
import { readImage, readReferences } from './read-for-scores.ts';

export function rescoreImages(
  ports: Pick<Ports, 'photos' | 'files' | 'rescores'> & { vision: Pick<Vision, 'read'> },
): Work<VisionSteps['rescoreImages']> {
  const { rescores } = ports;
  return async ({ tenantId, identityId }, attempt) => {
    const kept = await rescores.kept(tenantId, identityId);
    const { photoIds, heldOut } = kept;
    const model = await readReferences(ports, { tenantId, identityId }, photoIds, attempt);
    if (model.references.length === 0) throw new Failure('NotFound', 'The reference photos are gone.');
    const sets: RescoredSet[] = [];
    for (const { set, images } of olderSets(kept)) {
      const read: (ReadImage | FlaggedImage)[] = [];
      for (const { imageId, type, object, flagged } of images) {
        // An image whose file is gone keeps only its old score.
        const reading = flagged ? undefined : await readImage(ports, attempt, object);
        if (flagged) read.push({ type, imageId, flagged });
        else if (reading) read.push({ type, imageId, reading });
        attempt.beat({ set: setName(set), images: read.length });
      }
      if (read.length === 0) continue;
      read.sort((a, b) => TEST_TYPES.indexOf(a.type) - TEST_TYPES.indexOf(b.type));
      const { scores, summary } = scoreRound(read, model, heldOut);
      sets.push({ set, images: scores, scores: summary });
    }
    if (sets.length === 0) throw new Failure('NotFound', 'The test images are gone.');
    await rescores.save(tenantId, identityId, sets);
    return { calibration: CALIBRATION.version, images: sets.flatMap(({ images }) => images).length };
  };
}
