// The parts in a page that is not ours, built by its own Vite from the packages as others install them. Its back end keeps
// the key.

import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { proxy } from 'hono/proxy';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorkshop, type Workshop } from '../support/blank-project.ts';
import { accessibilityOf, type ConsoleStack, canStart, startConsoleStack } from '../support/console-stack.ts';
import { franck } from '../support/photos.ts';

const MINUTE = 60_000;
/** What the page has installed beside our packages. */
const INSTALLED = ['@tanstack/react-query', 'react', 'react-dom', 'vite'];

const PAGE = `<!doctype html>
<html lang="en">
  <head><title>Another product</title></head>
  <body><main id="root"></main><script type="module" src="./page.jsx"></script></body>
</html>`;

const SCRIPT = `
import '@likeness/react/style.css';
import { createElement as h, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createLikenessClient } from '@likeness/client';
import { CharacterIdentityModal, LikenessProvider } from '@likeness/react';

const client = createLikenessClient({ baseUrl: location.origin + '/likeness', apiKey: 'kept-by-the-back-end' });
const character = { id: new URLSearchParams(location.search).get('character'), name: 'Guest' };

function Page() {
  const [open, setOpen] = useState(false);
  const [ready, setReady] = useState('');
  return h(LikenessProvider, { client },
    h('h1', null, 'Another product'),
    h('button', { onClick: () => setOpen(true) }, 'Open'),
    h('p', null, ready ? 'Told: ready' : 'Not told yet'),
    h(CharacterIdentityModal, { open, character, onClose: () => setOpen(false), onReady: setReady }));
}
createRoot(document.getElementById('root')).render(h(Page));
`;

let world: ConsoleStack;
let workshop: Workshop;
let host: ReturnType<typeof serve>;
let origin: string;

beforeAll(async () => {
  workshop = await openWorkshop();
  const files = { 'index.html': PAGE, 'page.jsx': SCRIPT };
  const { folder, run } = await workshop.newProject('page', ['client', 'react'], INSTALLED, files);
  await run('npx', '--no', '--', 'vite', 'build', '--logLevel', 'error', '--outDir', 'out');
  world = await startConsoleStack(1000);

  const app = new Hono();
  app.all('/likeness/*', (c) => {
    const { pathname, search } = new URL(c.req.url);
    const target = new URL(pathname.replace('/likeness', '') + search, world.stack.urls.api);
    return proxy(target, { raw: c.req.raw, headers: { ...c.req.header(), authorization: `Bearer ${world.key}` } });
  });
  app.use('/*', serveStatic({ root: join(folder, 'out') }));
  host = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => host.once('listening', resolve));
  origin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
}, 10 * MINUTE);
afterAll(async () => {
  await world?.stop();
  host?.close();
  workshop?.remove();
}, 3 * MINUTE);

it('CharacterIdentityModal prepares an identity there, and tells the page when it is ready', {
  timeout: 8 * MINUTE,
}, async () => {
  const { id } = await world.api.createCharacter('Guest');
  const page = await (await world.browser.newContext()).newPage();
  page.setDefaultTimeout(2 * MINUTE);
  await page.goto(`${origin}/?character=${id}`);
  await page.getByRole('button', { name: 'Open' }).click();
  const modal = page.getByRole('dialog', { name: 'Prepare Guest' });
  const photos = (await franck(3)).map((buffer, n) => ({ name: `guest-${n}.jpg`, mimeType: 'image/jpeg', buffer }));
  await modal.locator('input[type=file]').setInputFiles(photos);
  await modal.getByText('3 photos can be used.').waitFor();
  await modal.getByRole('checkbox').check();
  await modal.getByText('$2.35 estimated').waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
  // The price is there before the photos are in store, and the button is not what it will be until they are.
  const button = modal.getByRole('button', { name: 'Prepare Identity' });
  await canStart(button);
  // It brings its own looks, without a style of the page. A colour fades to what it will be.
  expect(await backgroundOf(modal)).toBe('rgb(255, 255, 255)');
  await expect.poll(() => backgroundOf(button), { timeout: 3 * MINUTE }).toBe('rgb(51, 80, 176)');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await backgroundOf(modal)).toBe('rgb(33, 36, 41)');
  await button.click();
  await modal.getByText('The test images are waiting for a decision.').waitFor();

  const [identity] = await identitiesOf(id);
  await world.api.approve(identity?.identityId ?? '', 1);
  await modal.getByText('Character identity ready!').first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Told: ready').waitFor();
  await page.context().close();
});

const backgroundOf = (part: Locator) => part.evaluate((element) => getComputedStyle(element).backgroundColor);

async function identitiesOf(characterId: string): Promise<{ identityId: string }[]> {
  const answer = await fetch(`${world.stack.urls.api}/v1/identities?characterId=${characterId}`, {
    headers: { authorization: `Bearer ${world.key}` },
  });
  return ((await answer.json()) as { items: { identityId: string }[] }).items;
}
