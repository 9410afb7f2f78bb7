// One origin for all of fal's hosts: a path prefix stands for the host, or in proxy mode the host of the address in
// `x-fal-target-url` chooses the prefix.
import { Hono } from 'hono';
import { type Env, type Sandbox, TARGET_HEADER } from './context.ts';
import { accountFaults } from './routes/account-faults.ts';
import { adminRoutes } from './routes/admin.ts';
import { fileRoutes } from './routes/files.ts';
import { platformRoutes } from './routes/platform.ts';
import { queueRoutes } from './routes/queue.ts';
import { storageRoutes } from './routes/storage.ts';

const PREFIX_OF_HOST: Record<string, string> = {
  'queue.fal.run': '/queue',
  'queue.falrun.com': '/queue',
  'fal.run': '/run',
  'rest.fal.ai': '/rest',
  'rest.alpha.fal.ai': '/rest',
  'api.fal.ai': '/api',
};

/** The whole HTTP face of the sandbox. */
export function createApp(sandbox: Sandbox): Hono<Env> {
  const app = new Hono<Env>({ getPath: routedPath });
  app.get('/healthz', (c) => c.json({ status: 'ok', sandbox: true }));
  app.use(accountFaults(sandbox));
  app.route('/', queueRoutes(sandbox));
  app.route('/', storageRoutes(sandbox));
  app.route('/', fileRoutes(sandbox));
  app.route('/', platformRoutes(sandbox));
  app.route('/', adminRoutes(sandbox));
  app.notFound((c) => c.json({ detail: 'Not found' }, 404));
  return app;
}

function routedPath(request: Request): string {
  const own = new URL(request.url).pathname;
  const target = request.headers.get(TARGET_HEADER);
  if (target === null) return own;
  if (!URL.canParse(target)) return '/unknown-target';
  const { host, pathname } = new URL(target);
  const prefix = PREFIX_OF_HOST[host];
  return prefix === undefined ? '/unknown-target' : prefix + pathname;
}
