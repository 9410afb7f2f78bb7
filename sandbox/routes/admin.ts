// What fal does not have: the books, the settings and the faults. With an admin token only for those who send it as
// `x-sandbox-admin`; without one only for callers on this machine.
import { timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { booksOf } from '../books.ts';
import type { Env, Sandbox } from '../context.ts';
import { FAULTS } from '../fault-registry.ts';
import { faultRulesSchema } from '../fault-rule.ts';
import type { Faults } from '../faults.ts';
import { settingsChangeSchema } from '../settings.ts';

export function adminRoutes(sandbox: Sandbox): Hono<Env> {
  const routes = new Hono<Env>();

  routes.use('/admin/*', async (c, next) => {
    if (!isAdmin(c, sandbox)) return c.json({ detail: 'Send the admin token as x-sandbox-admin' }, 403);
    await next();
  });

  routes.get('/admin/books', (c) => c.json(booksOf(sandbox.jobs.all(), sandbox.faults)));

  routes.get('/admin/settings', (c) => c.json(sandbox.settings()));
  routes.put('/admin/settings', async (c) => {
    const change = settingsChangeSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!change.success) return c.json({ detail: z.prettifyError(change.error) }, 422);
    sandbox.changeSettings(change.data);
    return c.json(sandbox.settings());
  });

  routes.get('/admin/faults', (c) => c.json(faultsBody(sandbox.faults)));
  routes.put('/admin/faults', async (c) => {
    const rules = faultRulesSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!rules.success) return c.json({ detail: z.prettifyError(rules.error) }, 422);
    await sandbox.faults.replace(rules.data);
    // What a fault has held up may go on now.
    sandbox.jobs.tick();
    return c.json(faultsBody(sandbox.faults));
  });

  return routes;
}

/** The rules in force, how often each fault has ever happened here, and what faults there are. */
function faultsBody(faults: Faults) {
  return { rules: faults.rules(), counts: faults.counts(), known: FAULTS };
}

function isAdmin(c: Context<Env>, sandbox: Sandbox): boolean {
  if (sandbox.adminToken === undefined) {
    return /^(::1|(::ffff:)?127\.)/.test(getConnInfo(c).remote.address ?? '');
  }
  const sent = Buffer.from(c.req.header('x-sandbox-admin') ?? '');
  const token = Buffer.from(sandbox.adminToken);
  return sent.length === token.length && timingSafeEqual(sent, token);
}
