// How a route answers a picture from our storage: privately, with an ETag, and for a short time in the browser.

import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { ObjectRef } from '../domain/keys.ts';
import type { ApiDeps } from './deps.ts';
import { problems } from './schemas/common.ts';

/** Seconds that a browser may keep its copy: short, so that a deleted picture disappears. */
const MAX_AGE_SECONDS = 300;
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

const picture = { schema: { type: 'string', format: 'binary' } } as const;
/** Of a route that answers a picture. */
export const PICTURE_RESPONSES = {
  200: { description: 'The picture', content: { 'image/jpeg': picture, 'image/png': picture } },
  304: { description: 'The copy with this ETag is up to date' },
  ...problems(404, 503),
};

/** The picture for this key's holder alone, with an ETag. */
export async function sendPicture(c: Context, { files }: Pick<ApiDeps, 'files'>, object: ObjectRef): Promise<Response> {
  const bytes = await files.get(object);
  const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`;
  c.header('etag', etag);
  c.header('cache-control', `private, max-age=${MAX_AGE_SECONDS}`);
  c.header('vary', 'authorization');
  if (c.req.header('if-none-match') === etag) return c.body(null, 304);
  const type = bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE) ? 'image/png' : 'image/jpeg';
  return c.body(new Uint8Array(bytes), 200, { 'content-type': type });
}
