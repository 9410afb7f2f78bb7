// The example of docs/examples/browser in a real browser: its page, its back end, and the API with the world in memory.

import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLikenessClient } from '../../client/index.ts';
import { backEnd } from '../../docs/examples/browser/back-end.ts';
import { enginePaths } from '../../engine/paths.mjs';
import { KEY, newWorld } from '../unit/api/world.ts';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

const world = newWorld();
let browser: Browser;
let server: ReturnType<typeof serve>;
let address: string;

beforeAll(async () => {
  const likeness = createLikenessClient({
    baseUrl: 'http://api.test',
    apiKey: KEY,
    fetch: async (url, init) => world.app.request(new Request(url, init)),
  });
  server = serve({ fetch: backEnd(likeness).fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await chromium.launch({ executablePath: enginePaths().chromium, args: FLAGS });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

it('takes photos, shows the state and the images, and approves; the key never reaches the page', async () => {
  const page = await browser.newPage();
  const seen: string[] = [];
  page.on('response', async (response) => seen.push(await response.text().catch(() => '')));
  page.on('request', (request) => seen.push(JSON.stringify(request.headers())));
  await page.goto(address);
  const photo = (text: string) => ({ name: `${text}.jpg`, mimeType: 'image/jpeg', buffer: Buffer.from(text) });
  await page.getByLabel('Name').fill('Captain Mara');

  await page.getByLabel('photos').setInputFiles(['a'].map(photo));
  await page.getByRole('button', { name: 'Prepare identity' }).click();
  await page.getByRole('status').getByText('At least 3 reference images required').waitFor();

  await page.getByLabel('photos').setInputFiles(['a', 'b', 'c'].map(photo));
  await page.getByRole('button', { name: 'Prepare identity' }).click();
  await page.getByRole('status').getByText('awaiting_approval').waitFor();
  await page.getByRole('img', { name: 'portrait' }).waitFor({ state: 'attached' });
  const approved = page.waitForResponse((response) => response.url().endsWith('/approve'));
  await page.getByRole('button', { name: 'Approve' }).click();
  expect((await approved).status()).toBe(200);
  expect(world.told.filter(([name]) => name === 'decide')).toMatchObject([
    ['decide', expect.any(String), { round: 1, verdict: 'approve' }],
  ]);
  expect(seen.length).toBeGreaterThan(5);
  expect(seen.join('\n')).not.toContain(KEY);
  await page.close();
});
