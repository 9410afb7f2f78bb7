// How the API serves the console: fresh page, files for ever, nothing from elsewhere.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consoleRoutes } from '../../../api/routes/console.ts';

let built: string;
let empty: string;
beforeAll(() => {
  empty = `${mkdtempSync(join(tmpdir(), 'likeness-console-'))}/`;
  built = `${mkdtempSync(join(tmpdir(), 'likeness-console-'))}/`;
  mkdirSync(join(built, 'assets'));
  writeFileSync(join(built, 'index.html'), '<!doctype html><html lang="en"><div id="app"></div></html>');
  writeFileSync(join(built, 'assets', 'index-abc.js'), 'export {};');
  writeFileSync(join(built, 'secret.txt'), 'not an asset');
});
afterAll(() => {
  for (const folder of [built, empty]) rmSync(folder, { recursive: true });
});

test('the page is asked for anew each time, and says who trains', async () => {
  const answer = await consoleRoutes({ providerName: 'sandbox' }, built).request('/');
  expect(answer.headers.get('cache-control')).toBe('no-cache');
  expect(await answer.text()).toContain('<html data-provider="sandbox" lang="en">');
});

test('the page and its files allow nothing but this origin', async () => {
  for (const path of ['/', '/assets/index-abc.js']) {
    const answer = await consoleRoutes({ providerName: 'fal' }, built).request(path);
    expect(answer.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; font-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  }
});

test('files with a hash in their name are kept for ever', async () => {
  const answer = await consoleRoutes({ providerName: 'fal' }, built).request('/assets/index-abc.js');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/javascript/);
  expect(answer.headers.get('cache-control')).toContain('immutable');
});

test.each(['/assets/none.js', '/secret.txt', '/assets/../secret.txt', '/assets/%2e%2e/secret.txt'])(
  '%s is not there',
  async (path) => {
    const answer = await consoleRoutes({ providerName: 'fal' }, built).request(path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('cache-control') ?? '').not.toContain('immutable');
  },
);

test('without a build, a page says how to make one', async () => {
  const routes = consoleRoutes({ providerName: 'fal' }, join(empty, 'none/'));
  const answer = await routes.request('/');
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain('npm run build');
  expect((await routes.request('/assets/index-abc.js')).status).toBe(404);
});
