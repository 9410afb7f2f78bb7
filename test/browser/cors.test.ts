// fal's own client in a page of another origin, as an app in a browser has it: a person's bearer by requestMiddleware, our
// proxy behind it, and the sandbox for fal. The browser decides what the page may see.

import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFalProvider } from '../../adapters/fal/provider.ts';
import { createFalRelay } from '../../adapters/fal/relay.ts';
import { enginePaths } from '../../engine/paths.mjs';
import { type RunningSandbox, startSandbox } from '../../sandbox/server.ts';
import { scriptForPages } from '../support/script-for-pages.ts';
import { KEY, newWorld } from '../unit/api/world.ts';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];
const CLIENT = fileURLToPath(new URL('../support/fal-client-for-pages.ts', import.meta.url));

type Served = ReturnType<typeof serve>;
/** Origins: a page that was let in, one that was not, and the API. */
let app: string;
let stranger: string;
let api: string;
const servers: Served[] = [];
let sandbox: RunningSandbox;
let browser: Browser;
let page: Page;

async function listen(fetch: Parameters<typeof serve>[0]['fetch']): Promise<string> {
  const server = serve({ fetch, hostname: '127.0.0.1', port: 0 });
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  const script = await scriptForPages(CLIENT, 'falClient');
  const pages = new Hono();
  pages.get('/', (c) =>
    c.html(`<!doctype html><title>app</title><script>var process={env:{}};</script><script src="/fal.js"></script>`),
  );
  pages.get('/fal.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript' }));
  app = await listen(pages.fetch);
  stranger = await listen(pages.fetch);

  sandbox = await startSandbox({ settings: { queueMs: 0, imageMs: 50 } });
  const fal = { credentials: sandbox.key, sandboxUrl: sandbox.url };
  const world = newWorld({ relay: createFalRelay(fal), corsOrigins: [app] });
  Object.assign(world.proxy.provider, createFalProvider(fal));
  api = await listen(world.app.fetch);
  browser = await chromium.launch({ executablePath: enginePaths().chromium, args: FLAGS });
});

beforeEach(async () => {
  page = await browser.newPage();
  return () => page.close();
});

afterAll(async () => {
  await browser?.close();
  for (const server of servers) server.close();
  await sandbox?.close();
});

/** What the app in the page does: draws by the proxy, with this bearer. */
function drawn(mode: 'polling' | 'streaming', bearer = KEY) {
  return page.evaluate(
    async ({ proxyUrl, bearer, mode }) => {
      const { falClient } = globalThis as unknown as { falClient: typeof import('@fal-ai/client') };
      const fal = falClient.createFalClient({
        proxyUrl,
        requestMiddleware: async (request) => ({
          ...request,
          headers: { ...request.headers, Authorization: `Bearer ${bearer}` },
        }),
      });
      const input = { prompt: 'a lighthouse', image_size: { width: 64, height: 64 } };
      try {
        const asked = { input, headers: { 'idempotency-key': `${mode}-1` } };
        const { data, requestId } = await (mode === 'streaming'
          ? fal.subscribe('fal-ai/flux-lora', { ...asked, mode, logs: true })
          : fal.subscribe('fal-ai/flux-lora', { ...asked, mode, pollInterval: 50 }));
        return { images: (data as { images: unknown[] }).images.length, requestId };
      } catch (error) {
        const { status, message } = error as { status?: number; message: string };
        return { status, message };
      }
    },
    { proxyUrl: `${api}/api/fal-proxy`, bearer, mode },
  );
}

describe('a page of an origin that was let in', () => {
  it.each(['polling', 'streaming'] as const)('draws through the proxy with fal’s client, %s', async (mode) => {
    await page.goto(app);
    const before = sandbox.books().entries.length;
    // The id comes from a header: the page may read it.
    expect(await drawn(mode)).toEqual({ images: 1, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(sandbox.books().entries).toHaveLength(before + 1);
  });

  it('can read refusals, and calls /v1 as well', async () => {
    await page.goto(app);
    expect(await drawn('polling', 'lk_wrong')).toMatchObject({ status: 401 });
    const seen = await page.evaluate(
      async ({ api, key }) => {
        const ask = async (path: string, method = 'GET', body?: string) => {
          const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
          const answer = await fetch(`${api}${path}`, { method, headers, ...(body ? { body } : {}) });
          return [answer.status, answer.headers.has('x-request-id')];
        };
        return [
          await ask('/v1/budget'),
          await ask('/v1/budget', 'PUT', '{"monthlyCapUsd":1}'),
          await ask('/v1/photos/10000000-0000-4000-8000-000000000001', 'DELETE'),
        ];
      },
      { api, key: KEY },
    );
    expect(seen).toEqual([
      [200, true],
      [200, true],
      [404, true],
    ]);
  });
});

it('a page of any other origin is refused by its browser, before anything is paid', async () => {
  await page.goto(stranger);
  const before = sandbox.books().entries.length;
  expect(await drawn('polling')).toMatchObject({ message: expect.stringContaining('Failed to fetch') });
  expect(sandbox.books().entries).toHaveLength(before);
});
