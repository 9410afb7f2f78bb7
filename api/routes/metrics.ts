// /metrics for Prometheus: with the token of the settings, or without one for this machine only.

import { getConnInfo } from '@hono/node-server/conninfo';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { mayScrape } from '../../adapters/telemetry/metrics-access.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';
import { Problem } from '../problem.ts';

const WHO =
  'Send "Authorization: Bearer <LIKENESS_METRICS_TOKEN>". While no token is set, only direct requests from this machine are answered.';

export function metricsRoutes({ metrics, metricsToken }: ApiDeps): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();

  routes.get('/metrics', async (c) => {
    const request = { header: (name: string) => c.req.header(name), remoteAddress: remoteAddress(c) };
    if (!mayScrape(request, metricsToken)) {
      throw new Problem('unauthorized', WHO, { headers: { 'www-authenticate': 'Bearer' } });
    }
    const { text, contentType } = await metrics.scrape();
    return c.body(text, 200, { 'content-type': contentType });
  });

  return routes;
}

/** Of the connection; undefined without a server. */
function remoteAddress(c: Context): string | undefined {
  return c.env?.incoming ? getConnInfo(c).remote.address : undefined;
}
