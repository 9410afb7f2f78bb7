// Downloads one of the provider's files. The address comes from an answer, so only fal's own file hosts are called,
// also after redirects, and no more than the limit is read.

import { Failure } from '../../domain/failure.ts';
import { failureOfAnswer, failureOfError } from './errors.ts';

/** Milliseconds for a whole file. A LoRA of 170 MB takes that long at 5 Mbit/s. */
const TIMEOUT_MS = 300_000;
const MOST_REDIRECTS = 3;

interface DownloadOptions {
  url: string;
  maxBytes: number;
  ownsFile: (url: URL) => boolean;
  fetch: typeof globalThis.fetch;
  now: () => number;
  signal?: AbortSignal | undefined;
}

/** The file as a stream. It throws Failure, also later on, or the caller's own reason once its signal has aborted. */
export async function downloadFile(options: DownloadOptions): Promise<AsyncIterable<Uint8Array>> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    const response = await follow(options, signal);
    if (!response.ok) {
      const answer = { status: response.status, headers: response.headers, body: '' };
      await response.body?.cancel();
      throw failureOfAnswer('download', answer, options.now());
    }
    if (Number(response.headers.get('content-length')) > options.maxBytes) {
      await response.body?.cancel();
      throw tooLarge(options);
    }
    return readAtMost(response, options);
  } catch (error) {
    throw reasonOf(error, options);
  }
}

function reasonOf(error: unknown, { signal }: DownloadOptions): unknown {
  if (signal?.aborted) return signal.reason;
  return error instanceof Failure ? error : failureOfError('download', error);
}

async function follow(options: DownloadOptions, signal: AbortSignal): Promise<Response> {
  let address = options.url;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    if (!URL.canParse(address) || !options.ownsFile(new URL(address))) {
      throw new Failure('ProviderFailed', 'fal named a file that is not on a file host of its own: it was not fetched');
    }
    const response = await options.fetch(address, { redirect: 'manual', signal });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    address = URL.canParse(location, address) ? new URL(location, address).href : location;
  }
  throw new Failure('ProviderFailed', `fal redirected a file more than ${MOST_REDIRECTS} times`);
}

async function* readAtMost(response: Response, options: DownloadOptions): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  let size = 0;
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      size += part.value.byteLength;
      if (size > options.maxBytes) throw tooLarge(options);
      yield part.value;
    }
  } catch (error) {
    throw reasonOf(error, options);
  } finally {
    // Stops a download that is no longer needed; does nothing after its end.
    await reader?.cancel().catch(() => undefined);
  }
}

const tooLarge = ({ maxBytes }: DownloadOptions) =>
  new Failure('ProviderFailed', `A file of fal is larger than the ${maxBytes} bytes allowed`);
