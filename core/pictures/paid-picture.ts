// The picture of a paid request: waited for, settled and fetched. A retry goes on where the last attempt stopped.

import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../domain/failure.ts';
import type { GeneratorProfile } from '../../domain/profile.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import { providerFile } from '../files/provider-file.ts';
import { isLate, progress, stopJob, watchedMs } from '../payments/job-watch.ts';
import { type SettlingWorld, settle } from '../payments/settle.ts';
import type { Attempt } from '../ports/attempt.ts';
import type { Generator } from '../ports/generator.ts';
import type { Ports } from '../ports/index.ts';
import type { JobAnswer } from '../ports/job-queue.ts';

const POLL_MS = 1000;
/** Milliseconds between two polls of a late image. In between, its slot in the worker is free for others. */
const LATE_POLL_MS = 5000;
/** The provider is asked to stop an image at its deadline; we give up after this many times as long. */
const GIVEN_UP = 2;
const MAX_IMAGE_BYTES = 20 * 1024 * 1024;

type Posted = ProviderCall & { requestId: string };

/** `flagged`: the provider's checker flagged it. NotReadyYet while it is late: the whole step is tried again. */
export async function paidPicture(
  ports: SettlingWorld,
  call: Posted,
  generator: Generator,
  attempt: Attempt,
): Promise<{ bytes: Buffer; flagged: boolean }> {
  if (call.state === 'submitted') await finished(ports, call, generator.profile, attempt);
  const result = await settle(ports, call, attempt.signal);
  const addressIn = (answer: JobAnswer) => generator.picture(answer).address;
  const wanted = { call, result, addressIn, maxBytes: MAX_IMAGE_BYTES };
  const bytes = await buffer(await providerFile(ports, attempt, wanted));
  return { bytes, flagged: generator.picture(result).flagged };
}

/** Waits until the job ended. A late job is polled by retries of the whole step: NotReadyYet. */
async function finished(
  ports: Pick<Ports, 'provider'>,
  call: Posted,
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
