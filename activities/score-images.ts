// Step 5: scores a round. References and test images are read by the same network, and only numbers come out. What can't
// be scored says why and ends no run: the images are paid for, and a person can still look at them.

import { heartbeat } from '@temporalio/activity';
import { testImageObject } from '../domain/keys.ts';
import type { PictureReading } from '../domain/photo.ts';
import { type FlaggedImage, type ReadImage, scoreRound } from '../domain/score-round.ts';
import type { VisionSteps } from '../domain/steps.ts';
import { activity } from './activity.ts';
import type { Ports } from './ports.ts';
import { readImage, readReferences } from './read-for-scores.ts';

/** An image whose file is gone. */
const GONE: PictureReading = { readable: false, problem: 'truncated', bytes: 0, format: undefined };

export function scoreImages(ports: Pick<Ports, 'store' | 'files' | 'vision'>): VisionSteps['scoreImages'] {
  const { store } = ports;
  return activity(async ({ tenantId, identityId, photoIds, heldOut, round, strength, isTry, images }) => {
    await store.saveStage(tenantId, identityId, isTry ? 'rescuing' : 'scoring');
    const beat = (references: number) => heartbeat({ references, of: photoIds.length });
    const model = await readReferences(ports, { tenantId, identityId }, photoIds, beat);
    const tried = isTry ? strength : undefined;
    const read: (ReadImage | FlaggedImage)[] = [];
    for (const { type, imageId, flagged } of images) {
      if (flagged) {
        read.push({ type, imageId, flagged });
        continue;
      }
      const reading = await readImage(ports, testImageObject(tenantId, identityId, round, type, tried));
      read.push({ type, imageId, reading: reading ?? GONE });
      heartbeat({ images: read.length, of: images.length });
    }
    const { scores, summary } = scoreRound(read, model, heldOut);
    await store.saveScores(tenantId, identityId, round, scores, summary);
    return { scores, summary };
  });
}
