// The storage service when something is wrong with it, or with our key: its own answers, over HTTP.

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createSupabaseClient } from '../../../adapters/supabase/client.ts';
import { createFileStore } from '../../../adapters/supabase/file-store.ts';
import { BUCKETS } from '../../../domain/keys.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function filesOf(answer: RequestListener) {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return createFileStore(createSupabaseClient({ url, serviceRoleKey: 'expired' }), { reachableByProvider: false });
}

const photo = { bucket: BUCKETS.references, key: 'tenant/photo.jpg' };
const NO_BUCKET = { statusCode: '404', error: 'Bucket not found', message: 'Bucket not found' };

test('a wrong key is called one by a download too, which the service answers with a missing bucket', async () => {
  const refused = { statusCode: '403', error: 'Unauthorized', message: 'Invalid Compact JWS' };
  const files = await filesOf(({ method }, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify(method === 'GET' ? NO_BUCKET : refused));
  });
  const download = files.get(photo);
  await expect(download).rejects.toMatchObject({ code: 'StoreUnavailable' });
  await expect(download).rejects.toThrow('refuses the key. Check SUPABASE_SERVICE_ROLE_KEY');
});

test('a bucket that is missing is called missing', async () => {
  const files = await filesOf((_, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify(NO_BUCKET));
  });
  await expect(files.get(photo)).rejects.toThrow('Apply supabase/migrations');
});

test('nobody waits for addresses longer than seconds', { timeout: 20_000 }, async () => {
  const files = await filesOf(() => undefined);
  await expect(files.signedUrls([photo, photo], 60)).rejects.toMatchObject({ code: 'StoreUnavailable' });
});
