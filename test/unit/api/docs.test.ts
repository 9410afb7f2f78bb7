import { expect, test } from 'vitest';
import { newWorld } from './world.ts';

const { app } = newWorld();

test('the reference page may ask this origin alone, wants no key, and may not be framed', async () => {
  const page = await app.request('/docs');
  expect(page.status).toBe(200);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/https?:|\*/);
  expect(await page.text()).not.toMatch(/(?:src|href|spec-url)="(?:https?:)?\/\//);
});

test('its script is the installed one, compressed for who can read that', async () => {
  const plain = await app.request('/docs/redoc.js');
  expect(plain.headers.get('content-type')).toContain('text/javascript');
  expect(await plain.text()).toContain('Redoc');
  const compressed = await app.request('/docs/redoc.js', { headers: { 'accept-encoding': 'gzip' } });
  expect(compressed.headers.get('content-encoding')).toBe('gzip');
});
