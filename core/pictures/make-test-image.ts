// Step 4: one test image: paid for once, then kept. A retry goes on where the last attempt stopped.

import { createHash } from 'node:crypto';
import { type PictureSpec, requireDrawable } from '../../domain/job-spec.ts';
import { identityWorkflowId, pictureCallKey, pictureObject, retestWorkflowId } from '../../domain/keys.ts';
import { picturePrice } from '../../domain/profile.ts';
import { identitySubject } from '../../domain/provider-call.ts';
import type { ProviderSteps } from '../../domain/steps.ts';
import { triggerPhrase } from '../../domain/subject.ts';
import { TEST_IMAGE_SIZE, testShot } from '../../domain/test-suite.ts';
import { createDelivery, loraFile } from '../files/deliver.ts';
import { nameUuid } from '../name-uuid.ts';
import { type PayingWorld, postOnce } from '../payments/post-once.ts';
import type { Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import { paidPicture } from './paid-picture.ts';

export function makeTestImage(
  ports: PayingWorld & Pick<Ports, 'identities' | 'retests' | 'tenantSettings' | 'testImages' | 'files' | 'models'>,
): Work<ProviderSteps['makeTestImage']> {
  const deliver = createDelivery(ports);
  return async ({ tenantId, identityId, set, type, triggerWord, subject, ...ids }, attempt) => {
    const { generator } = ports.models.pair(ids);
    const { profile } = generator;
    const test = set.kind === 'retest' ? set.number : undefined;
    // The run goes on: it no longer waits for an operator.
    if (test !== undefined) await ports.retests.saveState(tenantId, identityId, test, 'running');
    const shot = testShot(type, triggerPhrase(triggerWord, subject), set);
    const key = pictureCallKey(identityId, set, type);
    const { pixels } = await ports.imageUnits.megapixel();
    const newCall = {
      key,
      tenantId,
      subject: identitySubject(identityId),
      profile: profile.id,
      endpoint: profile.endpoint,
      workflowId: test === undefined ? identityWorkflowId(identityId) : retestWorkflowId(identityId, test),
      estimate: picturePrice(profile, TEST_IMAGE_SIZE, pixels),
    } as const;
    const call = await postOnce(ports, newCall, async () => {
      const lora = await ports.identities.lora(tenantId, identityId);
      const safetyChecker = await ports.tenantSettings.safetyChecker(tenantId);
      const loras = [{ address: await deliver(loraFile(lora)), scale: set.strength / 100 }];
      const { prompt, seed } = shot;
      const spec: PictureSpec = { prompt, seed, size: TEST_IMAGE_SIZE, loras, safetyChecker };
      requireDrawable(spec, profile);
      return generator.body(spec);
    });
    const { bytes, flagged } = await paidPicture(ports, call, generator, attempt);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const object = pictureObject(tenantId, identityId, set, type);
    await ports.files.put(object, bytes, 'image/jpeg');
    const imageId = nameUuid(key);
    const { seed } = shot;
    await ports.testImages.save({ imageId, tenantId, identityId, set, type, seed, object, sha256 });
    return { type, imageId, seed, sha256, ...(flagged && { flagged: true as const }) };
  };
}
