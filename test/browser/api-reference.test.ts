// The reference page in a real browser, served by the API, with the world in memory behind it.

import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { type Browser, chromium, type Request } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { enginePaths } from '../../engine/paths.mjs';
import { newWorld } from '../unit/api/world.ts';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

let browser: Browser;
let origin: string;
let server: ReturnType<typeof serve>;

beforeAll(async () => {
  server = serve({ fetch: newWorld().app.fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await chromium.launch({ executablePath: enginePaths().chromium, args: FLAGS });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

it('shows every operation, and asks no other server for anything', async () => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  const elsewhere: Request[] = [];
  const broken: string[] = [];
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol !== 'blob:' && asked !== origin) elsewhere.push(request);
  });
  page.on('pageerror', (error) => broken.push(error.message));
  await page.goto(`${origin}/docs`);
  await page.getByRole('heading', { name: 'Prepare an identity: train, test, score, wait for a decision' }).waitFor();

  const { paths } = (await (await fetch(`${origin}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  for (const { operationId } of Object.values(paths).flatMap((path) => Object.values(path))) {
    expect(await page.locator(`[id$="/operation/${operationId}"]`).count(), operationId).toBeGreaterThan(0);
  }
  await page.getByPlaceholder('Search...').fill('ledger');
  await page.locator('[data-role="search:results"]').getByText('Paid requests').first().waitFor();

  expect(broken).toEqual([]);
  // Redoc has a logo elsewhere: the page's own policy keeps the browser from asking for it.
  expect(elsewhere.filter((request) => request.failure()?.errorText !== 'csp').map((r) => r.url())).toEqual([]);
});
