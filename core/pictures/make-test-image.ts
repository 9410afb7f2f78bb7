// Step 4: one test image: paid for once, waited for, kept. A retry goes on where the last attempt stopped.

import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../domain/failure.ts';
import { identityWorkflowId, pictureCallKey, pictureObject, retestWorkflowId } from '../../domain/keys.ts';
import { identitySubject, type ProviderCall } from '../../domain/provider-call.ts';
import { GENERATION, imagePrice, testImageInput } from '../../domain/provider-profile.ts';
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

const POLL_MS = 1000;
/** Milliseconds between two looks at an image that is late. Between them its place in the worker is free for others. */
const LATE_POLL_MS = 5000;
/** An image is asked to stop at its deadline, and given up for good after this many times as long. */
const GIVEN_UP = 2;
const MAX_IMAGE_BYTES = 20 * 1024 * 1024;

export function makeTestImage(
  ports: PayingWorld & Pick<Ports, 'identities' | 'retests' | 'tenantSettings' | 'testImages' | 'files'>,
): Work<ProviderSteps['makeTestImage']> {
  const deliver = createDelivery(ports);
  return async ({ tenantId, identityId, set, type, triggerWord, subject }, attempt) => {
    const test = set.kind === 'retest' ? set.number : undefined;
    // It goes on: an operator is not waited for any more.
    if (test !== undefined) await ports.retests.saveState(tenantId, identityId, test, 'running');
    const shot = testShot(type, triggerPhrase(triggerWord, subject), set);
    const key = pictureCallKey(identityId, set, type);
    const { pixels } = await ports.imageUnits.megapixel();
    const newCall = {
      key,
      tenantId,
      subject: identitySubject(identityId),
      profile: GENERATION.profile,
      endpoint: GENERATION.endpoint,
      workflowId: test === undefined ? identityWorkflowId(identityId) : retestWorkflowId(identityId, test),
      estimate: imagePrice(TEST_IMAGE_SIZE, pixels),
    } as const;
    const call = await postOnce(ports, newCall, async () => {
      const lora = await ports.identities.lora(tenantId, identityId);
      const checker = await ports.tenantSettings.safetyChecker(tenantId);
      return testImageInput(shot, await deliver(loraFile(lora)), set.strength / 100, checker);
    });
    if (call.state === 'submitted') await finished(ports, call, attempt);
    const result = await settle(ports, call, attempt.signal);
    const wanted = { call, result, addressIn: imageUrl, maxBytes: MAX_IMAGE_BYTES };
    const bytes = await buffer(await providerFile(ports, attempt, wanted));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const object = pictureObject(tenantId, identityId, set, type);
    await ports.files.put(object, bytes, 'image/jpeg');
    const imageId = nameUuid(key);
    await ports.testImages.save({ imageId, tenantId, identityId, set, type, seed: shot.seed, object, sha256 });
    return { type, imageId, seed: shot.seed, sha256, ...(isFlagged(result) && { flagged: true as const }) };
  };
}

/** Waits until the job ended. One that is late is waited for by retries of the whole step: NotReadyYet. */
async function finished(
  ports: Pick<Ports, 'provider'>,
  call: ProviderCall & { requestId: string },
  attempt: Attempt,
): Promise<void> {
  const { signal } = attempt;
  for (;;) {
    const status = await ports.provider.status(call.endpoint, call.requestId, signal);
    if (status.state === 'done') return;
    const elapsedMs = watchedMs(call, attempt);
    if (elapsedMs >= GENERATION.deadlineMs && (await stopJob(ports, call))) return;
    if (elapsedMs >= GIVEN_UP * GENERATION.deadlineMs) {
      const message = `The image did not end, although it was asked to stop. Look at ${call.key} in the ledger and at the provider.`;
      throw new Failure('ProviderDeadline', message);
    }
    if (isLate(elapsedMs, GENERATION.expectedMs)) {
      throw new Failure('NotReadyYet', progress(status), { retryAfterMs: LATE_POLL_MS });
    }
    attempt.beat(status);
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Whether the provider's checker flagged the one picture: what it gives out then is black. */
function isFlagged({ has_nsfw_concepts: flags }: Record<string, unknown>): boolean {
  return Array.isArray(flags) && flags[0] === true;
}

function imageUrl(result: Record<string, unknown>): string {
  const images: unknown = result.images;
  const first: unknown = Array.isArray(images) ? images[0] : undefined;
  const url: unknown = typeof first === 'object' && first !== null && 'url' in first ? first.url : undefined;
  if (typeof url !== 'string') throw new Failure('ProviderFailed', 'The provider answered without an image.');
  return url;
}
