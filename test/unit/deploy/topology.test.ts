// What the production files repeat of the code, because no file of Docker's can import it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ROLES } from '../../../worker/config.ts';
import { SEARCH_ATTRIBUTES } from '../../../workflows/messages.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const numberIn = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1]);

test('the namespace gets every search attribute that workflows set', () => {
  const made = [...read('deploy/temporal-namespace.sh').matchAll(/^again attribute (\w+) (\w+)$/gm)];
  const wanted = Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => `${name} ${type.toLowerCase()}`);
  expect(made.map(([, name, type]) => `${name} ${type?.toLowerCase()}`).sort()).toEqual(wanted.sort());
});

test('every role has a worker', () => {
  const started = [...read('deploy/app.yml').matchAll(/LIKENESS_ROLES: (\w+)/g)].map(([, role]) => role);
  expect(started.sort()).toEqual([...ROLES].sort());
});

test('a stopped container waits longer than the process in it', () => {
  const app = read('deploy/app.yml');
  const worker = numberIn(read('worker/create-workers.ts'), /SHUTDOWN_GRACE = '(\d+)s'/);
  const api = numberIn(read('api/main.ts'), /STOP_MS = (\d+)_000/);
  expect(numberIn(app, /x-worker:[\s\S]*?stop_grace_period: (\d+)s/)).toBeGreaterThan(worker);
  expect(numberIn(app, / {2}api:[\s\S]*?stop_grace_period: (\d+)s/)).toBeGreaterThan(api);
});

test('the image carries the networks where its processes look for them', () => {
  const [, image = ''] = /^FROM [^\n]*(?![\s\S]*^FROM)([\s\S]*)/m.exec(read('Dockerfile')) ?? [];
  expect(image).toContain('LIKENESS_MODELS=/app/models');
  expect(image).toMatch(/^WORKDIR \/app\n[\s\S]*^COPY --from=models \/ models\/$/m);
  // A path on the machine that builds or starts the containers means nothing inside of them.
  for (const file of ['docker-compose.yml', 'deploy/app.yml', 'deploy/hosted.yml']) {
    expect(read(file)).not.toContain('LIKENESS_MODELS');
  }
});

test('what the Dockerfile copies is let into the build', () => {
  const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(' ').filter((source) => source !== '.'),
  );
  expect(copied).toEqual(expect.arrayContaining(['package.json', 'engine', 'adapters/vision/models.json']));
  const allowed = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path]) => path);
  const isAllowed = (source: string) => allowed.some((path) => source === path || source.startsWith(`${path}/`));
  expect(copied.filter((source) => !isAllowed(source))).toEqual([]);
});

test('npm finds each workspace that the lock file names when it installs, and production has none of their packages', () => {
  const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] };
  const [before = ''] = read('Dockerfile').split(' npm ci ');
  const copied = [...before.matchAll(/^COPY (\S+)\/package\.json \1\/package\.json$/gm)].map(([, room]) => room);
  expect(workspaces).toContain('react');
  expect(copied).toEqual(workspaces);
  expect(read('Dockerfile')).toMatch(/^RUN npm pkg delete workspaces \\\n {2}&& npm prune --omit=dev /m);
});

test('the build puts the script of the API reference where the page looks for it once it is built', () => {
  const [, path = ''] = /new URL\('([^']+)', import\.meta\.url\)/.exec(read('api/routes/docs.ts')) ?? [];
  const { pathname } = new URL(path, 'file:///dist/api/routes/docs.js');
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  expect(pathname).toBe('/dist/redoc/redoc.standalone.js');
  expect(scripts.build).toMatch(/ cp node_modules\/redoc\/bundles\/redoc\.standalone\.js .* dist\/redoc$/);
});

test('the storage service takes files as large as the largest bucket', () => {
  const migrations = readdirSync(join(ROOT, 'supabase/migrations')).map((file) => read(`supabase/migrations/${file}`));
  const limits = [...migrations.join().matchAll(/^\s*\('[\w-]+', '[\w-]+', false, (\d+),/gm)].map(([, limit]) =>
    Number(limit),
  );
  expect(limits.length).toBeGreaterThan(0);
  expect(numberIn(read('docker-compose.yml'), /FILE_SIZE_LIMIT: "(\d+)"/)).toBeGreaterThanOrEqual(Math.max(...limits));
});
