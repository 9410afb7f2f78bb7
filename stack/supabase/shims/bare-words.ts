// lite reads the bare word `unknown` in a filter as null; PostgREST reads it as text. In a list it may be quoted, and
// then both read text.

import { Hono } from 'hono';
import type { GatewayEnv } from '../gateway-env.ts';

const BARE = 'eq.unknown';
const QUOTED = 'in.("unknown")';

export const bareWords = new Hono<GatewayEnv>().use('/*', async (c, next) => {
  const url = new URL(c.req.url);
  const filters = [...url.searchParams].map(([name, value]) => [name, value === BARE ? QUOTED : value]);
  if (url.search.includes(BARE)) {
    url.search = new URLSearchParams(filters).toString();
    c.req.raw = new Request(url, c.req.raw);
  }
  await next();
});
