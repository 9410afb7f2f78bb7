// One line a request. The route's pattern stands for the path, because paths hold tokens; no body, key or query.

import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Logger } from 'pino';
import type { ApiEnv } from './deps.ts';

const LAST_MATCHED = -1;

export function requestLog(log: Logger): MiddlewareHandler<ApiEnv> {
  return async function requestLog(c, next) {
    const start = performance.now();
    await next();
    log.info(
      {
        requestId: c.get('requestId'),
        method: c.req.method,
        route: routePath(c, LAST_MATCHED),
        status: c.res.status,
        ms: Math.round(performance.now() - start),
      },
      'request',
    );
  };
}
