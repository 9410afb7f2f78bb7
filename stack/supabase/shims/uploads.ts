// Uploads: the bytes go to the disk first, outside the queue, and lite gets an empty request of the same size and type.
// That keeps large files out of memory, applies the size limit to streams too (lite knows only the header), and parses
// the multipart form in which storage-js sends a Blob (lite expects another field name).

import { type Context, Hono } from 'hono';
import type { GatewayEnv } from '../gateway-env.ts';

export const uploads = new Hono<GatewayEnv>()
  .put('/upload/sign/:bucket/:key{.+}', async (c) => {
    const answer = await upload(c);
    if (!answer.ok) return answer;
    const { Key } = (await answer.json()) as { Key: string };
    return c.json({ Key: `${c.req.param('bucket')}/${Key}` });
  })
  .on(['POST', 'PUT'], '/:bucket/:key{.+}', upload);

async function upload(c: Context<GatewayEnv>): Promise<Response> {
  const { store, scope, lite } = c.var;
  const headers = new Headers(c.req.raw.headers);
  headers.delete('transfer-encoding');
  const incoming = await store.receive(await unwrap(c.req.raw, headers));
  headers.set('content-length', String(incoming.size));
  scope.incoming = incoming;
  try {
    return await lite(new Request(c.req.url, { method: c.req.method, headers }));
  } finally {
    await store.discard(incoming);
  }
}

/** The file inside a multipart form, with `headers` changed to the file's; any other body as it is. */
async function unwrap(request: Request, headers: Headers): Promise<ReadableStream<Uint8Array> | null> {
  if (!headers.get('content-type')?.startsWith('multipart/form-data')) return request.body;
  const form = await request.formData();
  const file = [...form.values()].find((field) => field instanceof Blob);
  const cacheControl = form.get('cacheControl');
  if (typeof cacheControl === 'string') headers.set('cache-control', `max-age=${cacheControl}`);
  headers.set('content-type', file?.type || 'application/octet-stream');
  return file?.stream() ?? null;
}
