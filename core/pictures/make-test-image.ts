// Step 4: one test image: paid for once, then kept. A retry goes on where the last attempt stopped.

import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../domain/failure.ts';
import { type PictureSpec, requireDrawable } from '../../domain/job-spec.ts';
import { identityWorkflowId, pictureCallKey, pictureObject, retestWorkflowId } from '../../domain/keys.ts';
import { type GeneratorProfile, picturePrice } from '../../domain/profile.ts';
import { identitySubject, type ProviderCall } from '../../domain/provider-call.ts';
import type { ProviderSteps } from '../../domain/steps.ts';
import { triggerPhrase } from '../../domain/subject.ts';
import { TEST_IMAGE_SIZE, testShot } from '../../domain/test-suite.ts';
import { createDelivery, loraFile } from '../files/deliver.ts';
import { providerFile } from '../files/provider-file.ts';
import { nameUuid } from '../name-uuid.ts';
import { isLate, progress, stopJob, watchedMs } from '../payments/job-watch.ts';
import { type PayingWorld, postOnce } from '../payments/post-once.ts';
import { settle } from '../payments/settle.ts';
import type { Attempt, Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import type { JobAnswer } from '../ports/job-queue.ts';

const POLL_MS = 1000;
/** Milliseconds between two polls of a late image. In between, its slot in the worker is free for others. */
const LATE_POLL_MS = 5000;
/** The provider is asked to stop an image at its deadline; we give up after this many times as long. */
const GIVEN_UP = 2;
const MAX_IMAGE_BYTES = 20 * 1024 * 1024;

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
    if (call.state === 'submitted') await finished(ports, call, profile, attempt);
    const result = await settle(ports, call, attempt.signal);
    const addressIn = (answer: JobAnswer) => generator.picture(answer).address;
    const wanted = { call, result, addressIn, maxBytes: MAX_IMAGE_BYTES };
    const bytes = await buffer(await providerFile(ports, attempt, wanted));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const object = pictureObject(tenantId, identityId, set, type);
    await ports.files.put(object, bytes, 'image/jpeg');
    const imageId = nameUuid(key);
    const { seed } = shot;
    await ports.testImages.save({ imageId, tenantId, identityId, set, type, seed, object, sha256 });
    return { type, imageId, seed, sha256, ...(generator.picture(result).flagged && { flagged: true as const }) };
  };
}

/** Waits until the job ended. A late job is polled by retries of the whole step: NotReadyYet. */
async function finished(
  ports: Pick<Ports, 'provider'>,
  call: ProviderCall & { requestId: string },
  { expectedMs, deadlineMs }: GeneratorProfile,
  attempt: Attempt,
): Promise<void> {
  const { signal } = attempt;
  for (;;) {
    const status = await ports.provider.status(call.endpoint, call.requestId, signal);
    if (status.state === 'done') return;
    const elapsedMs = watchedMs(call, attempt);
    if (elapsedMs >= deadlineMs && (await stopJob(ports, call))) return;
    if (elapsedMs >= GIVEN_UP * deadlineMs) {
      const message = `The image did not end, although it was asked to stop. Look at ${call.key} in the ledger and at the provider.`;
      throw new Failure('ProviderDeadline', message);
    }
    if (isLate(elapsedMs, expectedMs)) {
      throw new Failure('NotReadyYet', progress(status), { retryAfterMs: LATE_POLL_MS });
    }
    attempt.beat(status);
    await sleep(POLL_MS, undefined, { signal });
  }
}
