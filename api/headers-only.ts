// HEAD is answered by the route of GET (RFC 9110, section 9.3.2), and nobody reads the body then.

import type { MiddlewareHandler } from 'hono';

/** Lets go of what a body holds as long as it lasts: a stream, a file, a connection to the provider. */
export const headersOnly: MiddlewareHandler = async function headersOnly(c, next) {
  await next();
  if (c.req.method === 'HEAD') await c.res.body?.cancel();
};
