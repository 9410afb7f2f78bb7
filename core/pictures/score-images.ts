// Step 5: scores a set. The same network reads references and test images; only numbers leave it. An image that can't
// be scored has a reason and ends no run: it is paid for, and a person can still judge it.

import { pictureObject } from '../../domain/keys.ts';
import type { PictureReading } from '../../domain/photo.ts';
import { type FlaggedImage, type ReadImage, scoreRound } from '../../domain/score-round.ts';
import type { VisionSteps } from '../../domain/steps.ts';
import type { Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import type { Vision } from '../ports/vision.ts';
import { readImage, readReferences } from './read-for-scores.ts';

/** An image whose file is gone. */
const GONE: PictureReading = { readable: false, problem: 'truncated', bytes: 0, format: undefined };

export function scoreImages(
  ports: Pick<Ports, 'identities' | 'photos' | 'testImages' | 'files'> & { vision: Pick<Vision, 'read'> },
): Work<VisionSteps['scoreImages']> {
  const { identities, testImages } = ports;
  return async ({ tenantId, identityId, photoIds, heldOut, set, images }, attempt) => {
    await identities.saveStage(tenantId, identityId, set.kind === 'rescue' ? 'rescuing' : 'scoring');
    const model = await readReferences(ports, { tenantId, identityId }, photoIds, attempt);
    const read: (ReadImage | FlaggedImage)[] = [];
    for (const { type, imageId, flagged } of images) {
      if (flagged) {
        read.push({ type, imageId, flagged });
        continue;
      }
      const reading = await readImage(ports, attempt, pictureObject(tenantId, identityId, set, type));
      read.push({ type, imageId, reading: reading ?? GONE });
      attempt.beat({ images: read.length, of: images.length });
    }
    const { scores, summary } = scoreRound(read, model, heldOut);
    await testImages.saveScores(tenantId, identityId, set, scores, summary);
    return { scores, summary };
  };
}
