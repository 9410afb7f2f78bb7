// .env.example is the one place where a person looks for a setting: it names every variable that is read, and no other.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const unique = (names: Iterable<string>) => [...new Set(names)].sort();
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].flatMap((match) => match[1] ?? []);

/** `NAME: …` as in the schemas of the API and the worker. */
const schemaKeys = (file: string) => matches(read(file), /^ {2}([A-Z][A-Z0-9_]+):/gm);
/** `env.NAME` and `env: 'NAME'`. */
const envReads = (file: string) => matches(read(file), /\benv(?:\.|: ')([A-Z][A-Z0-9_]+)/g);
/** `${NAME…}`, `NAME:` without a value (both are asked of the person), also where one stands inside the other. */
const composeReads = (file: string) =>
  matches(read(file), /\$\{([A-Z0-9_]+)/g).concat(matches(read(file), /^ +([A-Z][A-Z0-9_]+):$/gm));

const api = schemaKeys('api/config.ts');
const worker = schemaKeys('worker/config.ts');
const stack = envReads('stack/options.ts');
/** Of the cache that set-up uses, vision reads what set-up reads. */
const vision = envReads('adapters/vision/model-files.ts').filter((name) => name === 'LIKENESS_MODELS');
const compose = ['docker-compose.yml', 'deploy/app.yml', 'deploy/hosted.yml'].flatMap(composeReads);

const lines = read('.env.example').split('\n');
const NAMED = /^#?([A-Z][A-Z0-9_]+)=/;
const named = lines.flatMap((line) => NAMED.exec(line)?.[1] ?? []);

test('what the code and Compose read is found, so that the other tests compare something', () => {
  expect(api).toContain('SUPABASE_SERVICE_ROLE_KEY');
  expect(worker).toContain('LIKENESS_ROLES');
  expect(stack).toEqual(expect.arrayContaining(['LIKENESS_DATA', 'LIKENESS_API_PORT']));
  expect(vision).not.toEqual([]);
  expect(compose).toEqual(expect.arrayContaining(['TEMPORAL_DB_PASSWORD', 'PUBLIC_URL', 'LIKENESS_SANDBOX_URL']));
});

test('every variable that is read is in .env.example', () => {
  expect(unique(named)).toEqual(expect.arrayContaining(unique([...api, ...worker, ...stack, ...vision, ...compose])));
});

test('every variable in .env.example is read, and named once', () => {
  const known = new Set([...api, ...worker, ...stack, ...vision, ...compose]);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
  expect([...named].sort()).toEqual(unique(named));
});

test('every variable in .env.example has its comment, and no secret has a value', () => {
  for (const [at, line] of lines.entries()) {
    if (!NAMED.test(line)) continue;
    expect(lines[at - 1], line).toMatch(/^# \S/);
    if (/(KEY|SECRET|PASSWORD|_DATA)=/.test(line) && !line.includes('LIKENESS_DATA')) expect(line).toMatch(/=$/);
  }
});

test('Compose hands every setting of the API and the workers to them', () => {
  const app = read('docker-compose.yml') + read('deploy/app.yml') + read('Dockerfile');
  expect([...api, ...worker].filter((name) => !app.includes(name))).toEqual([]);
});
