// Fetches one of the provider's files. The address comes out of an answer, so it is trusted only as far as its host:
// nothing but fal's own file hosts is called, whatever a redirect says, and no more is read than was asked for.

import { Failure } from '../../domain/failure.ts';
import { failureOfAnswer, failureOfError } from './errors.ts';

/** Milliseconds for a whole file. A LoRA of 170 MB passes at 5 Mbit/s. */
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

/** The file, whole. Throws Failure, or the caller's own reason once its signal has aborted. */
export async function downloadFile(options: DownloadOptions): Promise<Buffer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    const response = await follow(options, signal);
    if (!response.ok) {
      const answer = { status: response.status, headers: response.headers, body: '' };
      await response.body?.cancel();
      throw failureOfAnswer('download', answer, options.now());
    }
    return await readAtMost(response, options.maxBytes);
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    throw error instanceof Failure ? error : failureOfError('download', error);
  }
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

async function readAtMost(response: Response, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new Failure('ProviderFailed', `A file of fal is larger than the ${maxBytes} bytes allowed`);
  if (Number(response.headers.get('content-length')) > maxBytes) {
    await response.body?.cancel();
    throw tooLarge();
  }
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    size += part.value.byteLength;
    if (size > maxBytes) {
      await reader?.cancel();
      throw tooLarge();
    }
    chunks.push(part.value);
  }
  return Buffer.concat(chunks, size);
}
