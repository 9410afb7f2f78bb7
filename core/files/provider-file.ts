// Fetches a file of a finished job from the provider. The provider's CDN can be behind its queue, so a missing file is
// requested again for some minutes. Then the job's result is read once more, because an address can change.

import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../domain/failure.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import type { Attempt } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import type { JobAnswer } from '../ports/job-queue.ts';
import { ifThere } from './if-there.ts';

/** Ten attempts, three minutes in all: the file is paid for. */
const LOOKS = 10;
const PAUSE_MS = 20_000;

interface WantedFile {
  call: ProviderCall & { requestId: string };
  /** What the job answered. */
  result: JobAnswer;
  /** Where the answer names the file; throws Failure when it names none. */
  addressIn: (result: JobAnswer) => string;
  maxBytes: number;
}

/** The file, as it comes. NotFound when the provider does not have it any more. */
export async function providerFile(
  { provider }: Pick<Ports, 'provider'>,
  { signal, beat }: Attempt,
  { call, result, addressIn, maxBytes }: WantedFile,
): Promise<AsyncIterable<Uint8Array>> {
  const url = addressIn(result);
  for (let look = 1; look <= LOOKS; look++) {
    const bytes = await ifThere(provider.download(url, maxBytes, signal));
    if (bytes) return bytes;
    beat({ missing: 'file', look });
    if (look < LOOKS) await sleep(PAUSE_MS, undefined, { signal });
  }
  const again = await provider.result(call.endpoint, call.requestId, signal).catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    throw new Failure('NotFound', 'The provider keeps neither the file of this job nor its result any more.');
  });
  return provider.download(addressIn(again.data), maxBytes, signal);
}
