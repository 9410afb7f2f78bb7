// Step 5: scores a round. References and test images are read by the same network, and only numbers come out.

import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { Failure } from '../domain/failure.ts';
import { testImageObject } from '../domain/keys.ts';
import { mainFace } from '../domain/photo-rules.ts';
import type { ImageScore } from '../domain/score.ts';
import { scoreImage, summarise } from '../domain/score.ts';
import type { VisionSteps } from '../domain/steps.ts';
import { activity } from './activity.ts';
import type { Ports } from './ports.ts';

export function scoreImages({
  store,
  files,
  vision,
}: Pick<Ports, 'store' | 'files' | 'vision'>): VisionSteps['scoreImages'] {
  return activity(async ({ tenantId, identityId, photoIds, round, images }) => {
    await store.saveStage(tenantId, identityId, 'scoring');
    const references: (readonly number[])[] = [];
    for (const { object } of await store.photos(tenantId, photoIds)) {
      const reading = await vision.read(await files.get(object), cancellationSignal());
      const face = reading.readable ? mainFace(reading) : undefined;
      if (face) references.push(face.descriptor);
      heartbeat({ references: references.length });
    }
    if (references.length === 0)
      throw new Failure('InvalidPhotos', 'None of the reference photos shows a face any more.');
    const scores: ImageScore[] = [];
    for (const { type, imageId } of images) {
      const bytes = await files.get(testImageObject(tenantId, identityId, round, type));
      const reading = await vision.read(bytes, cancellationSignal());
      scores.push(scoreImage({ type, imageId, reading }, references));
      heartbeat({ scored: scores.length, of: images.length });
    }
    const summary = summarise(scores);
    await store.saveScores(tenantId, identityId, round, scores, summary);
    return { scores, summary };
  });
}
