// Downloads: lite decides whether they are allowed. We send the bytes from the file, with the features that lite lacks:
// Range, If-None-Match and `?download=`.

import { Readable } from 'node:stream';
import { Hono } from 'hono';
import type { GatewayEnv } from '../gateway-env.ts';
import type { OpenObject } from '../object-store.ts';

export const downloads = new Hono<GatewayEnv>().get('/:bucket/:key{.+}', async (c) => {
  // Hono passes HEAD to the routes of GET.
  const answer = await c.var.lite(c.req.raw);
  const object = c.var.scope.outgoing;
  return object ? handOut(c.req.raw, answer.headers, object) : answer;
});

async function handOut(request: Request, headers: Headers, object: OpenObject): Promise<Response> {
  const { size, eTag, key } = object.record;
  const name = new URL(request.url).searchParams.get('download');
  if (name !== null) headers.set('content-disposition', attachment(name || key.slice(key.lastIndexOf('/') + 1)));

  const known = request.headers.get('if-none-match')?.split(',');
  const range = request.method === 'GET' ? parseRange(request.headers.get('range'), size) : null;
  if (known?.some((tag) => tag.trim() === eTag)) return withoutBody(304);
  if (range === 'unsatisfiable') {
    headers.set('content-range', `bytes */${size}`);
    return withoutBody(416);
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  headers.set('content-length', String(end - start + 1));
  if (range) headers.set('content-range', `bytes ${start}-${end}/${size}`);
  if (request.method === 'HEAD' || size === 0) return withoutBody(200);
  const bytes = Readable.toWeb(object.handle.createReadStream({ start, end }));
  return new Response(bytes as ReadableStream, { status: range ? 206 : 200, headers });

  async function withoutBody(status: number): Promise<Response> {
    await object.handle.close();
    if (status === 304 || status === 416) headers.delete('content-length');
    return new Response(null, { status, headers });
  }
}

function attachment(fileName: string): string {
  return `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`;
}

/**
 * The bytes of a Range header, both ends included; null for the whole file, also for forms that a server may ignore
 * (RFC 9110, section 14.2): several ranges, other units, invalid text.
 */
export function parseRange(
  header: string | null,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  if (first === '') {
    const length = Number(last);
    return length === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - length), end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return null;
  return start >= size ? 'unsatisfiable' : { start, end };
}
