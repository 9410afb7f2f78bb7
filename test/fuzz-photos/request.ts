// Sends one request to the inspection over HTTP, by hand where a library would put things right, and tells what came.

import type { HostileFile, HostileRequest } from './recipe.ts';

export const BOUNDARY = 'likeness-fuzz-2f6d1b';

/** Milliseconds after which an answer that has not come counts as a hang. */
const HANG_MS = 30_000;
/** How often "busy, come back later" is taken for an answer before it counts as a failure, and the pause, ms. */
const BUSY_RETRIES = 5;
const BUSY_PAUSE_MS = 2_000;

export interface Answer {
  status: number;
  contentType: string;
  text: string;
  ms: number;
}

/** A multipart form with these files; nothing in names and types is escaped. */
export function formBody(files: readonly HostileFile[]): Buffer {
  const parts = files.flatMap(({ bytes, fileName = 'photo.jpg', contentType = 'image/jpeg' }) => [
    Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="photos"; filename="${fileName}"\r\n`),
    Buffer.from(contentType === '' ? '\r\n' : `content-type: ${contentType}\r\n\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

export function formRequest(files: readonly HostileFile[]): HostileRequest {
  return { body: formBody(files), contentType: `multipart/form-data; boundary=${BOUNDARY}` };
}

/** Rejects when no answer comes in time, or when the connection breaks. */
export async function send(url: string, key: string, request: HostileRequest): Promise<Answer> {
  for (let tried = 1; ; tried++) {
    const started = performance.now();
    const answer = await fetch(`${url}/v1/photos/inspect`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': request.contentType },
      body: new Uint8Array(request.body),
      signal: AbortSignal.timeout(HANG_MS),
    });
    const text = await answer.text();
    const busy = answer.status === 503 && text.includes('"code":"busy"');
    if (!busy || tried > BUSY_RETRIES) {
      const contentType = answer.headers.get('content-type') ?? '';
      return { status: answer.status, contentType, text, ms: performance.now() - started };
    }
    await new Promise((resolve) => setTimeout(resolve, BUSY_PAUSE_MS));
  }
}
