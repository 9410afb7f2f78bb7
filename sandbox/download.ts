// Fetching what a caller's input points at: http(s) only, with an end to size and time. Loopback is allowed here,
// unlike at fal, because the sandbox serves tests and demos of one machine.
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { modelError } from './model-error.ts';

const DOWNLOAD_TIMEOUT_MS = 60_000;

/** Tells the sandbox's own CDN that a run asks. */
export const OWN_USER_AGENT = 'likeness-sandbox/1';

/**
 * The bytes behind `url`, at most `maxBytes`.
 * Throws the 422 that fal answers: `file_download_error`, or `file_too_large`, located at `loc`.
 */
export async function download(
  url: string,
  loc: (string | number)[],
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const refuse = (why: string) =>
    modelError(422, 'file_download_error', loc, `Failed to download the file: ${why}`, { input: url });
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw refuse('only http and https addresses can be fetched');

  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    const response = await fetch(url, {
      headers: { 'user-agent': OWN_USER_AGENT },
      signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)]),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw refuse(`the server answered ${response.status}`);
    }
    for await (const chunk of Readable.fromWeb((response.body ?? new ReadableStream()) as WebStream<Uint8Array>)) {
      size += chunk.byteLength;
      if (size > maxBytes) {
        throw modelError(422, 'file_too_large', loc, `The file is larger than ${maxBytes} bytes`, {
          ctx: { max_size: maxBytes },
          input: url,
        });
      }
      chunks.push(chunk);
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof Error && 'detail' in error) throw error;
    throw refuse(error instanceof Error ? error.message : 'the connection failed');
  }
  return Buffer.concat(chunks, size);
}
