// The page of a storyboard app, on an origin of its own: its script is the client with the app's own functions, as a bundler
// makes it.

import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { scriptForPages } from './script-for-pages.ts';

const SCRIPT = fileURLToPath(new URL('./storyboard-for-pages.ts', import.meta.url));

/** The exports of the script are the global `app`. */
export async function serveStoryboardPage(): Promise<{ origin: string; close(): void }> {
  const script = await scriptForPages(SCRIPT, 'app');
  const pages = new Hono();
  pages.get('/', (c) => c.html('<!doctype html><title>Storyboard</title><script src="/app.js"></script>'));
  pages.get('/app.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript' }));
  const server = serve({ fetch: pages.fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}
