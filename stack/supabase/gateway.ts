// The HTTP side of the embedded Supabase: @supabase/lite, with our corrections (shims/) in front of it, one request
// at a time.

import type { App } from '@supabase/lite';
import { Hono } from 'hono';
import type { GatewayEnv } from './gateway-env.ts';
import type { ObjectStore } from './object-store.ts';
import { type RequestScope, runInScope } from './request-scope.ts';
import type { SerialQueue } from './serial-queue.ts';
import { bareWords } from './shims/bare-words.ts';
import { databaseErrors } from './shims/database-errors.ts';
import { downloads } from './shims/downloads.ts';
import { folderListing } from './shims/folder-listing.ts';
import { objectAnswers } from './shims/object-answers.ts';
import { safeUpdate } from './shims/safe-update.ts';
import { signedAddresses } from './shims/signed-addresses.ts';
import { uploads } from './shims/uploads.ts';

/** Answers everything below the project's address: /rest/v1, /storage/v1, /auth/v1. */
export function createGateway(app: App, queue: SerialQueue, store: ObjectStore): Hono<GatewayEnv> {
  const gateway = new Hono<GatewayEnv>();
  const lite = (request: Request) => askLite(app, queue, request);

  gateway.use(async (c, next) => {
    const scope: RequestScope = { printed: [] };
    c.set('scope', scope);
    c.set('store', store);
    c.set('lite', lite);
    await runInScope(scope, next);
    if (c.res.status >= 500) reportFailure(c.req.method, c.req.path, c.res.status, scope);
  });
  // The order counts: the first that answers wins, and uploads and downloads match any key.
  gateway.route('/storage/v1/object', signedAddresses);
  gateway.route('/storage/v1/object', folderListing);
  gateway.route('/storage/v1/object', objectAnswers);
  gateway.route('/storage/v1/object', uploads);
  gateway.route('/storage/v1/object', downloads);
  gateway.route('/rest/v1', bareWords);
  gateway.route('/rest/v1', safeUpdate);
  gateway.route('/rest/v1', databaseErrors);
  gateway.all('*', (c) => c.var.lite(c.req.raw));
  return gateway;
}

async function askLite(app: App, queue: SerialQueue, request: Request): Promise<Response> {
  // Read before the queue: a slow sender does not block others.
  const body = request.method === 'GET' || request.method === 'HEAD' ? null : await request.arrayBuffer();
  const whole = new Request(request.url, {
    method: request.method,
    headers: request.headers,
    body: body?.byteLength ? body : null,
  });
  return queue.run(async () => {
    const answer = await app.fetch(whole, { peerAddress: null });
    const bytes = await answer.arrayBuffer();
    return new Response(bytes.byteLength ? bytes : null, { status: answer.status, headers: answer.headers });
  });
}

/** One line for the operator: codes without messages, because those contain the values of the statement. */
function reportFailure(method: string, path: string, status: number, scope: RequestScope): void {
  // The first four parts name the table, function or bucket; the object's key stays out.
  const area = path.split('/').slice(0, 5).join('/');
  const causes = scope.printed.filter((item) => item instanceof Error).map(causeOf);
  process.stderr.write(`${JSON.stringify({ level: 'error', msg: 'request failed', method, area, status, causes })}\n`);
}

function causeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
