// A second program that uses what Likeness does not: an upload in parts, and a stream of states. With it the faults of
// both occur, and hit fal's own client.

import { setTimeout as sleep } from 'node:timers/promises';
import { createFalClient } from '@fal-ai/client';

const ENDPOINT = 'fal-ai/flux-lora';
/** fal's client sends files from 90 MB in parts. */
const BIG_FILE_BYTES = 91 * 1024 * 1024;
const ENDS_WITHIN_MS = 30_000;

/** Resolves when both faults occurred and the request ended anyway. Sets the rules of the sandbox. */
export async function visitSandbox(sandboxUrl: string, key: string): Promise<void> {
  const fal = createFalClient({
    credentials: key,
    requestMiddleware: async (request) => ({ ...request, url: atSandbox(request.url, sandboxUrl) }),
  });
  await setRules(sandboxUrl, [
    { fault: 'upload_part_503', times: 1 },
    { fault: 'status_stream_cut', times: 1 },
  ]);
  await fal.storage.upload(new Blob([new Uint8Array(BIG_FILE_BYTES)]));
  const { request_id: requestId } = await fal.queue.submit(ENDPOINT, {
    input: { prompt: 'a neighbour', image_size: { width: 64, height: 64 } },
  });
  const stream = await fal.queue.streamStatus(ENDPOINT, { requestId });
  await stream.done().catch(() => undefined); // it breaks off: that is the fault
  for (const deadline = Date.now() + ENDS_WITHIN_MS; Date.now() < deadline; await sleep(200)) {
    if ((await fal.queue.status(ENDPOINT, { requestId })).status === 'COMPLETED') return;
  }
  throw new Error('The neighbour’s request did not end. Look at the log of the sandbox.');
}

/** Replaces all rules of the sandbox. */
export async function setRules(sandboxUrl: string, rules: readonly Record<string, unknown>[]): Promise<void> {
  const answer = await fetch(`${sandboxUrl}/admin/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  });
  if (!answer.ok) throw new Error(`The sandbox took no faults: ${answer.status} ${await answer.text()}`);
}

function atSandbox(url: string, sandboxUrl: string): string {
  return url
    .replace('https://queue.fal.run', `${sandboxUrl}/queue`)
    .replace('https://rest.fal.ai', `${sandboxUrl}/rest`)
    .replace('https://fal.run', `${sandboxUrl}/run`);
}
