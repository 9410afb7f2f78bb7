// A LoRA passes through a worker a piece at a time: twenty workers' places for the provider, and none of them holds a file.

import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFalProvider } from '../../adapters/fal/provider.ts';
import { createFileStore } from '../../adapters/supabase/file-store.ts';
import { storeLora } from '../../core/identities/store-lora.ts';
import type { FileStore } from '../../core/ports/files.ts';
import { loraObject } from '../../domain/keys.ts';
import { createFakePorts, IDENTITY, TENANT } from '../support/fake-ports.ts';
import { identityCall } from '../support/new-call.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';
import { failureOf, run } from '../unit/activities/run-step.ts';

const MB = 1024 * 1024;
const LORA_BYTES = 300 * MB;
/** Half of the file, and far above what a stream takes: buffers wait for the collector. */
const MOST_GROWTH = 150 * MB;
const OBJECT = loraObject(TENANT, IDENTITY, 1);
const INPUT = { tenantId: TENANT, identityId: IDENTITY, training: 1 };

let supabase: TestSupabase;
let files: FileStore;
let cdn: Server;
let url: string;
/** How many bytes the provider's answer has of those that it names. */
let sent = LORA_BYTES;

beforeAll(async () => {
  supabase = await startTestSupabase();
  const client = databaseOf(supabase);
  files = createFileStore(client, { reachableByProvider: false });
  cdn = createServer((_, response) => void sendLora(response));
  cdn.listen(0, '127.0.0.1');
  await once(cdn, 'listening');
  url = `http://127.0.0.1:${(cdn.address() as AddressInfo).port}`;
}, 480_000);
afterAll(async () => {
  cdn?.closeAllConnections();
  cdn?.close();
  await supabase?.stop();
});

async function sendLora(response: ServerResponse): Promise<void> {
  const data = LORA_BYTES - 8 - 64;
  const header = Buffer.alloc(8 + 64, ' ');
  header.writeBigUInt64LE(64n);
  header.write(JSON.stringify({ w: { data_offsets: [0, data] } }), 8);
  response.write(header);
  const piece = Buffer.alloc(MB, 7);
  for (let left = sent - header.length; left > 0; left -= piece.length) {
    if (response.destroyed) return;
    if (!response.write(piece.subarray(0, Math.min(left, piece.length)))) await once(response, 'drain').catch(() => 0);
  }
  response.end();
}

function worldWithLora() {
  const provider = createFalProvider({ credentials: 'sandbox', sandboxUrl: url });
  const world = { ...createFakePorts(), files, provider };
  const call = identityCall({ tenantId: TENANT, identityId: IDENTITY }, { estimate: 0 });
  const result = { diffusers_lora_file: { url: `${url}/lora.safetensors` } };
  world.ledger.seed(call, 'settled', { requestId: 'request-1', charged: 0, result });
  return world;
}

test('a LoRA of 300 MB is copied without being held in memory', { timeout: 480_000 }, async () => {
  const world = worldWithLora();
  global.gc?.();
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 10);
  const lora = await run(storeLora(world), INPUT).finally(() => clearInterval(watch));
  console.info(`memory of the process: ${Math.round((most - before) / MB)} MB more while 300 MB passed through`);
  expect(lora.bytes).toBe(LORA_BYTES);
  expect(most - before).toBeLessThan(MOST_GROWTH);
  expect(await files.has(OBJECT)).toBe(true);
});

test('one that breaks off leaves what was there', { timeout: 480_000 }, async () => {
  await files.put(OBJECT, Buffer.from('the LoRA before'), 'application/octet-stream');
  sent = 20 * MB;
  expect(await failureOf(storeLora(worldWithLora()), INPUT)).toMatchObject({ type: 'InvalidLora' });
  expect(String(await files.get(OBJECT))).toBe('the LoRA before');
});
