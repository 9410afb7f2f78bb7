// /healthz: the process lives. /readyz: its dependencies can be reached. A locked account at the provider is shown
// there, but does not make the API unready. Neither needs a key.

import { setTimeout } from 'node:timers/promises';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { Problem } from '../problem.ts';

/** Milliseconds for each dependency to answer. */
const CHECK_MS = 3000;
/** A hash that no key has: the query shows that the database answers. */
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

/** Without the adapters' retries, which would outlast the probe. */
async function works(check: Promise<unknown>): Promise<boolean> {
  return (await inTime(check.then(() => true))) ?? false;
}

async function inTime<T>(check: Promise<T>): Promise<T | undefined> {
  const late = setTimeout(CHECK_MS, undefined, { ref: false });
  return Promise.race([check.catch(() => undefined), late]);
}
