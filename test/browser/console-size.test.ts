// What a reviewer's browser loads before it shows anything.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { buildConsole } from '../../engine/console.mjs';

const MOST_BYTES = 150_000;

it('the console is at most 150 kB, gzipped', async () => {
  await buildConsole();
  const folder = fileURLToPath(new URL('../../dist/console/', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(js|css)$/.test(file));
  const bytes = files.map((file) => gzipSync(readFileSync(`${folder}/${file}`)).length);
  expect(files.length).toBeGreaterThanOrEqual(2);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
});
