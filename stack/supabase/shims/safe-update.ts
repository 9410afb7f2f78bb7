// Hosted Supabase refuses to change or delete a whole table (the extension safeupdate). This shim does the same, so
// that such an error does not appear only in production.

import { Hono } from 'hono';
import type { GatewayEnv } from '../gateway-env.ts';

/** Parameters of a query that select no rows. */
const NOT_A_FILTER = new Set(['select', 'columns', 'order', 'limit', 'offset', 'on_conflict', 'apikey']);

export const safeUpdate = new Hono<GatewayEnv>().on(['PATCH', 'DELETE'], '/:table', async (c, next) => {
  if ([...new URL(c.req.url).searchParams.keys()].some((name) => !NOT_A_FILTER.has(name))) return next();
  const verb = c.req.method === 'DELETE' ? 'DELETE' : 'UPDATE';
  return c.json({ code: '21000', message: `${verb} requires a WHERE clause`, details: null, hint: null }, 400);
});
