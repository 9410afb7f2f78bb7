// A span for each request, when traces are on.

import type { MiddlewareHandler } from 'hono';
import type { Tracing } from '../adapters/telemetry/tracing.ts';
import type { ApiEnv } from './deps.ts';
import { routeOf } from './request-log.ts';

export function requestTrace(tracing: Tracing): MiddlewareHandler<ApiEnv> {
  return async function requestTrace(c, next) {
    await tracing.request(c.req.raw.headers, async () => {
      await next();
      return { method: c.req.method, route: routeOf(c), status: c.res.status };
    });
  };
}
