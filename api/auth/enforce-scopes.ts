// Checks that the principal has the scope in the route's OpenAPI security: one place for every route under /v1.

import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Principal } from '../../core/ports/keys.ts';
import { isScope, type Scope } from '../../domain/scopes.ts';
import type { ApiEnv } from '../deps.ts';
import { Problem } from '../problem.ts';

/** Throws 403 `missing_scope`, which names the scope. */
export function requireScope({ kind, scopes }: Principal, scope: Scope): void {
  if (scopes.includes(scope)) return;
  const remedy =
    kind === 'key'
      ? `Use a key that has this scope. The operator makes one with: npm run keys -- create --scopes ${scope}`
      : 'Ask an administrator to add it to likeness_scopes in the app_metadata of your account, then sign in again';
  throw new Problem('missing_scope', `This request needs the scope "${scope}". ${remedy}.`, { members: { scope } });
}

/** Refuses (403) a principal without the scope of the route. A route without a scope refuses all (500). */
export function enforceScopes(app: OpenAPIHono<ApiEnv>): MiddlewareHandler<ApiEnv> {
  let scopes: ReadonlyMap<string, Scope> | undefined;
  return async function enforceScopes(c, next) {
    // Later, because the routes are added after this middleware.
    scopes ??= routeScopes(app);
    const route = matchedRoutes(c).find(({ method }) => method !== 'ALL');
    // Without a route the answer is 404 or 405.
    if (route) {
      const scope = scopes.get(`${route.method} ${route.path}`);
      if (!scope) throw new Error(`${route.method} ${route.path} names no scope. Give it security: needs(…).`);
      requireScope(c.get('principal'), scope);
    }
    await next();
  };
}

/** Each documented route, as Hono writes it (`GET /v1/photos/:id`), with its scope. */
function routeScopes(app: OpenAPIHono<ApiEnv>): Map<string, Scope> {
  const scopes = new Map<string, Scope>();
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue;
    const { method, path, security } = definition.route;
    const scope = security?.[0]?.bearer?.[0];
    if (isScope(scope)) scopes.set(`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, scope);
  }
  return scopes;
}
