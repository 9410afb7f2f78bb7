// What a reviewer's browser loads before it shows anything.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { buildConsole } from '../../engine/console.mjs';

const MOST_BYTES = 150_000;

it('the console loads at most 150 kB at first, gzipped', async () => {
  await buildConsole();
  const folder = fileURLToPath(new URL('../../dist/console/', import.meta.url));
  const page = readFileSync(`${folder}/index.html`, 'utf8');
  const files = [...page.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)].map(([, file = '']) => file);
  const bytes = files.map((file) => gzipSync(readFileSync(`${folder}/${file}`)).length);
  expect(files.length).toBeGreaterThanOrEqual(2);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
});
