// One log line and one metric for each request. The path is replaced by the route's pattern, because paths hold tokens;
// body, key and query are left out. A request about an identity has its workflow's id.

import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Logger } from 'pino';
import { identityWorkflowId } from '../domain/keys.ts';
import type { ApiEnv } from './deps.ts';
import type { ApiMetrics } from './metrics.ts';

const LAST_MATCHED = -1;
/** Of a request about an identity, and of the `Location` that a start answers. */
const IDENTITY_PATH = /^\/v1\/identities\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/|$)/i;

/** Sets `log`, which names the request in every line that a route writes. */
export function requestLog(log: Logger, metrics: Pick<ApiMetrics, 'request'>): MiddlewareHandler<ApiEnv> {
  return async function requestLog(c, next) {
    const start = performance.now();
    c.set('log', log.child({ requestId: c.get('requestId') }));
    await next();
    const ms = performance.now() - start;
    const [route, { method }, { status }] = [routeOf(c), c.req, c.res];
    metrics.request(route, method, status, ms / 1000);
    c.get('log').info({ method, route, status, ms: Math.round(ms), ...concerned(c) }, 'request');
  };
}

/** The pattern of the route that answered; for an unknown path, that of the middleware. */
export function routeOf(c: Context<ApiEnv>): string {
  return routePath(c, LAST_MATCHED);
}

/** The principal and the run of a request, as far as they are known by now. */
export function concerned(c: Context<ApiEnv>): { tenantId?: string; workflowId?: string } {
  const tenantId = c.get('principal')?.tenantId;
  const named = IDENTITY_PATH.exec(c.req.path)?.[1] ?? IDENTITY_PATH.exec(c.res.headers.get('location') ?? '')?.[1];
  const workflowId = c.get('workflowId') ?? (named === undefined ? undefined : identityWorkflowId(named.toLowerCase()));
  return { ...(tenantId === undefined ? {} : { tenantId }), ...(workflowId === undefined ? {} : { workflowId }) };
}
