// /healthz: the process lives. /readyz: what it needs can be reached; a locked account at the provider is told there, and
// is no reason to send people elsewhere. Neither wants a key.

import { setTimeout } from 'node:timers/promises';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { Problem } from '../problem.ts';

/** Milliseconds in which each of them has to answer. */
const CHECK_MS = 3000;
/** The hash of no key: asking for it shows that the database answers. */
const NO_KEY = '0'.repeat(64);

export function healthRoutes({ runs, account, keys }: ApiDeps): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();

  routes.get('/healthz', (c) => c.json({ status: 'ok' }));

  routes.get('/readyz', async (c) => {
    const [database, temporal, state] = await Promise.all([
      works(keys.principal(NO_KEY)),
      works(runs.ping()),
      inTime(account.state()),
    ]);
    if (database && temporal) return c.json({ status: 'ready', provider: state ?? { state: 'unknown' } });
    const missing = [...(database ? [] : ['the database']), ...(temporal ? [] : ['Temporal'])].join(' and ');
    throw new Problem('not_ready', `Cannot reach ${missing}. Check that it runs and that its address is right.`);
  });

  return routes;
}

/** A probe that waits for the adapters' own retries would be given up before it is answered. */
async function works(check: Promise<unknown>): Promise<boolean> {
  return (await inTime(check.then(() => true))) ?? false;
}

async function inTime<T>(check: Promise<T>): Promise<T | undefined> {
  const late = setTimeout(CHECK_MS, undefined, { ref: false });
  return Promise.race([check.catch(() => undefined), late]);
}
