// Faults of the account, before a route looks at the request: a key that no longer counts, a lock, a refused upload.
import type { Context, MiddlewareHandler } from 'hono';
import { accountOf, type Env, type Sandbox, unauthorized } from '../context.ts';

/** fal's words for a lock (its issue tracker shows them). */
const LOCKED = 'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.';
const ADMIN_LOCKED = 'User is locked. Reason: Admin lock. Please contact support@fal.ai.';
const ACCESS_DENIED = 'Access denied';

/** `owner/app` behind the prefix of the queue and of fal.run; without what follows `requests/`. */
const SPENDING_PATH = /^\/(?:queue|run)\/(.+?)(\/requests\/.*)?\/?$/;
/** What asks for a key; the rest is open, or the sandbox's own. */
const KEY_PATH = /^\/(?:queue|run|rest\/storage|api\/v1\/(?!meta$))/;
const INITIATE_PATH = /^\/rest\/storage\/upload\/initiate(-multipart)?$/;

export function accountFaults(sandbox: Sandbox): MiddlewareHandler<Env> {
  const { faults } = sandbox;
  return async (c: Context<Env>, next) => {
    const path = c.req.path;
    // A wrong key is refused anyway.
    if (!KEY_PATH.test(path) || accountOf(c, sandbox) === undefined) return next();
    const [, endpoint, ofRequest] = SPENDING_PATH.exec(path) ?? [];
    if (await faults.strikes('api_key_revoked', { endpoint })) {
      if (!path.startsWith('/api/')) return unauthorized(c);
      return c.json({ error: { type: 'authorization_error', message: 'Invalid API key' } }, 401);
    }
    const uploads = c.req.method === 'POST' && INITIATE_PATH.test(path);
    const spends = c.req.method === 'POST' && endpoint !== undefined && ofRequest === undefined;
    if ((uploads || spends) && (await faults.strikes('account_locked', { endpoint }))) {
      return c.json({ detail: LOCKED }, 403);
    }
    if ((uploads || spends) && (await faults.strikes('account_admin_locked', { endpoint }))) {
      return c.json({ detail: ADMIN_LOCKED }, 403);
    }
    if (spends && (await faults.strikes('endpoint_access_denied', { endpoint }))) {
      return c.json({ detail: ACCESS_DENIED }, 403);
    }
    if (uploads && (await faults.strikes('upload_initiate_403'))) {
      return c.json({ detail: 'Forbidden' }, 403);
    }
    return next();
  };
}
