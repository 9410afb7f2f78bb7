// HEAD is answered by the route of GET (RFC 9110, section 9.3.2), and its body is never read.

import type { MiddlewareHandler } from 'hono';

/** Releases the resources of a body: a stream, a file, a connection to the provider. */
export const headersOnly: MiddlewareHandler = async function headersOnly(c, next) {
  await next();
  if (c.req.method === 'HEAD') await c.res.body?.cancel();
};
