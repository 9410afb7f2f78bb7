// The packages that others install, as they find them: packed, installed into projects that know nothing of this one,
// and used there.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createFalClient } from '@fal-ai/client';
import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enginePaths } from '../../engine/paths.mjs';
import { openWorkshop, type Project, type Workshop } from '../support/blank-project.ts';
import { KEY, newWorld } from '../unit/api/world.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MINUTE = 60_000;
const ROOMS = ['client', 'react', 'sandbox'];

const strict = (options: object) =>
  JSON.stringify({
    compilerOptions: {
      target: 'es2023',
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      ...options,
    },
  });

const ESM = `
import { createFalClient } from '@fal-ai/client';
import { createLikenessClient, LikenessError, WaitError } from '@likeness/client';
import { storyboardOf } from '@likeness/client/storyboard';
import { FAULT_NAMES, startSandbox } from '@likeness/fal-sandbox';

const sandbox = await startSandbox({ settings: { queueMs: 0, imageMs: 10 } });
const fal = createFalClient({
  credentials: sandbox.key,
  requestMiddleware: async (request) => ({
    ...request,
    url: request.url.replace('https://queue.fal.run', sandbox.url + '/queue'),
  }),
});
const { data } = await fal.subscribe('fal-ai/flux-lora', { input: { prompt: 'headshot' }, pollInterval: 20 });
const likeness = createLikenessClient({ baseUrl: sandbox.url, apiKey: 'none' });
const refused = await likeness.characters.list().catch((error) => error);
const drawn = await storyboardOf(likeness).generateVisual('A quay', 'Flux', [], '16:9').catch((error) => error);
console.log(JSON.stringify({
  images: data.images.length,
  paid: sandbox.books().entries.length,
  faults: FAULT_NAMES.length,
  refused: [refused instanceof LikenessError, refused.status],
  storyboard: drawn.cause instanceof LikenessError,
  isError: WaitError.prototype instanceof Error,
}));
await sandbox.close();
`;

const CJS = `
(async () => {
  const { createLikenessClient } = await import('@likeness/client');
  const { startSandbox } = await import('@likeness/fal-sandbox');
  const sandbox = await startSandbox();
  const likeness = createLikenessClient({ baseUrl: sandbox.url, apiKey: 'none' });
  const answer = await fetch(sandbox.url + '/healthz');
  console.log(JSON.stringify([Object.keys(likeness).includes('identities'), await answer.json()]));
  await sandbox.close();
})();
`;

const PROGRAM_TYPES = `
import { createLikenessClient, type Identity, LikenessError, type Stage } from '@likeness/client';
import { storyboardOf } from '@likeness/client/storyboard';
import { type FaultRuleInput, type RunningSandbox, startSandbox } from '@likeness/fal-sandbox';

const likeness = createLikenessClient({ baseUrl: 'http://127.0.0.1', apiKey: 'key' });
export async function run(files: Blob[]): Promise<Stage> {
  const { id } = await likeness.characters.create({ name: 'Mara', subject: { kind: 'human', noun: 'woman' } });
  const { photos } = await likeness.photos.upload(id, files);
  const verdict: 'accepted' | 'warned' | 'rejected' | undefined = photos[0]?.verdict;
  const { identityId } = await likeness.identities.start(id);
  const { round, images }: Identity = await likeness.identities.waitUntil(identityId, ['awaiting_approval', 'ready']);
  const score = images[0]?.score;
  console.log(verdict, score?.state === 'scored' ? score.score.toFixed() : score?.reason);
  await likeness.identities.decide(identityId, { round, verdict: 'approve' });
  // @ts-expect-error: a verdict is a closed list.
  await likeness.identities.decide(identityId, { round, verdict: 'perhaps' });
  // @ts-expect-error: an identity has no such field, so it is not any.
  console.log((await likeness.identities.get(identityId)).nothing);
  return (await likeness.identities.get(identityId)).stage;
}
export const codeOf = (error: unknown): 'not_found' | undefined =>
  error instanceof LikenessError && error.code === 'not_found' ? error.code : undefined;

export async function draw(loraUrl: string): Promise<string[]> {
  const { generateStillVariants } = storyboardOf(likeness);
  const { urls, errors } = await generateStillVariants('f', 'Flux', 'A quay', [], [], '16:9', 2, undefined, [], ['Mara'],
    undefined, (index: number, progress: number) => console.log(index, progress), { projectId: null }, [{ loraUrl }]);
  // @ts-expect-error: the errors are sentences, or none.
  const wrong: number[] = errors;
  return wrong.length > 0 ? [] : urls;
}

export const rules: FaultRuleInput[] = [{ fault: 'lost_submit_response', times: 1 }];
// @ts-expect-error: a fault is one of a list.
export const wrong: FaultRuleInput[] = [{ fault: 'nothing' }];
export const start = async (): Promise<RunningSandbox> => startSandbox({ settings: { queueMs: 0 }, faults: rules });
`;

const PAGE = `
import '@likeness/react/style.css';
import { createLikenessClient } from '@likeness/client';
import { CastLocationsTab, CharacterIdentityModal, CharacterIdentityTestPanel, LikenessProvider } from '@likeness/react';
import { createRoot } from 'react-dom/client';

const client = createLikenessClient({ baseUrl: location.origin, apiKey: '${KEY}' });
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <LikenessProvider client={client}>
      <CastLocationsTab identityHref={(id) => '/identities/' + id} />
      <CharacterIdentityModal open={false} character={undefined} onClose={() => {}} />
      <CharacterIdentityTestPanel identityId={undefined} />
    </LikenessProvider>,
  );
}
// @ts-expect-error: the modal has to be told whom it is about, so its props are not any.
export const wrong = <CharacterIdentityModal open onClose={() => {}} />;
`;

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
}, 10 * MINUTE);
afterAll(() => workshop?.remove());

const unpacked = (room: string) => join(workshop.folder, 'packages', 'unpacked', room);
const read = (file: string) => readFileSync(file, 'utf8');
const filesOf = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' });

describe('what is packed', () => {
  test('is of one version, and nothing that is not built', () => {
    const { version } = JSON.parse(read(join(ROOT, 'package.json')));
    for (const room of ROOMS) {
      const manifest = JSON.parse(read(join(unpacked(room), 'package.json')));
      expect(manifest).toMatchObject({ version, license: 'MIT' });
      expect(manifest.private).toBeUndefined();
      expect(filesOf(unpacked(room)).filter((file) => /(?<!\.d)\.tsx?$/.test(file))).toEqual([]);
      expect(filesOf(unpacked(room))).toEqual(expect.arrayContaining(['README.md', 'LICENSE']));
    }
  });

  test('names neither hono nor zod in the types of the client', () => {
    const types = filesOf(unpacked('client')).filter((file) => file.endsWith('.d.ts'));
    expect(types).toContain('dist/client/types.d.ts');
    expect(types.filter((file) => /hono|zod/i.test(read(join(unpacked('client'), file))))).toEqual([]);
  });

  test('has one copy of React and of the client, which are those of the page', () => {
    const script = read(join(unpacked('react'), 'dist/react/index.js'));
    expect(script).not.toMatch(/class LikenessError/);
    const outside = [...script.matchAll(/^import .* from "([^"]+)";$/gm)].map(([, name = '']) => name);
    const { dependencies, peerDependencies } = JSON.parse(read(join(unpacked('react'), 'package.json')));
    const named = Object.keys({ ...dependencies, ...peerDependencies });
    expect(
      outside.map((name) => name.replace('react/jsx-runtime', 'react')).filter((name) => !named.includes(name)),
    ).toEqual([]);
    expect(outside).toContain('@likeness/client');
  });

  test('has the types of the client as the API has them', { timeout: 5 * MINUTE }, async () => {
    const plain = join(unpacked('client'), 'dist/client/types.d.ts');
    const names = [...read(plain).matchAll(/^export type (\w+) =/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(30);
    const checks = names.map((name) => `export const ${name}: Same<a.${name}, b.${name}> = true;`);
    const file = join(workshop.folder, 'same.mts');
    writeFileSync(
      file,
      `import type * as a from '${join(ROOT, 'client/types.ts')}';
import type * as b from '${plain}';
type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : never) : never;
${checks.join('\n')}
`,
    );
    const config = join(workshop.folder, 'tsconfig.json');
    writeFileSync(
      config,
      JSON.stringify({
        extends: join(ROOT, 'tsconfig.json'),
        compilerOptions: { typeRoots: [join(ROOT, 'node_modules/@types')] },
        include: [file],
      }),
    );
    await runTsc(config);
  });
});

describe('a program of others', () => {
  let project: Project;
  beforeAll(async () => {
    project = await workshop.newProject(
      'program',
      ['client', 'sandbox'],
      ['@fal-ai/client', '@types/node', 'typescript'],
      {
        'esm.mjs': ESM,
        'cjs.cjs': CJS,
        'types.mts': PROGRAM_TYPES,
        'tsconfig.json': strict({ module: 'nodenext', lib: ['es2023'], types: ['node'] }),
      },
    );
  }, 10 * MINUTE);

  test('imports the client, and the sandbox as a function', async () => {
    expect(JSON.parse(await project.run('node', 'esm.mjs'))).toEqual({
      images: 1,
      paid: 1,
      faults: expect.any(Number),
      refused: [true, 404],
      storyboard: true,
      isError: true,
    });
  });

  test('loads both from CommonJS', async () => {
    expect(JSON.parse(await project.run('node', 'cjs.cjs'))).toEqual([true, { status: 'ok', sandbox: true }]);
  });

  test('has strict types of both, with every library checked', async () => {
    await project.run('npx', '--no', '--', 'tsc', '-p', '.');
  });

  test('starts the sandbox as a command, and asks it by fal’s own client', async () => {
    const args = ['--no', '--', '@likeness/fal-sandbox', '--port', '0', '--set', 'queueMs=0', '--set', 'imageMs=10'];
    const child = spawn('npx', args, { cwd: project.folder, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    try {
      const url = await startedAt(child.stdout);
      const fal = createFalClient({
        credentials: 'sandbox',
        requestMiddleware: async (request) => ({
          ...request,
          url: request.url.replace('https://queue.fal.run', `${url}/queue`),
        }),
      });
      const { data } = await fal.subscribe('fal-ai/flux-lora', { input: { prompt: 'headshot' }, pollInterval: 20 });
      expect(data.images).toHaveLength(1);
    } finally {
      // The group: npx has the sandbox as a process of its own.
      if (child.pid) process.kill(-child.pid, 'SIGTERM');
      await ended;
    }
  });
});

describe('a page of others', () => {
  let project: Project;
  beforeAll(async () => {
    project = await workshop.newProject(
      'page',
      ['client', 'react'],
      ['@tanstack/react-query', '@types/react', '@types/react-dom', 'react', 'react-dom', 'typescript', 'vite'],
      {
        'index.html':
          '<!doctype html><html lang="en"><body><div id="root"></div><script type="module" src="./page.tsx"></script></body></html>',
        'page.tsx': PAGE,
        'tsconfig.json': strict({
          module: 'esnext',
          moduleResolution: 'bundler',
          jsx: 'react-jsx',
          lib: ['es2023', 'dom', 'dom.iterable'],
          types: [],
        }),
      },
    );
  }, 10 * MINUTE);

  test('has strict types of the parts, with every library checked', async () => {
    await project.run('npx', '--no', '--', 'tsc', '-p', '.');
  });

  test('shows the parts with their looks, built by its own Vite', async () => {
    await project.run('npx', '--no', '--', 'vite', 'build', '--logLevel', 'warn');
    const app = new Hono();
    const { app: api } = newWorld();
    app.all('/v1/*', (c) => api.fetch(c.req.raw));
    app.use('/*', serveStatic({ root: join(project.folder, 'dist') }));
    const host = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
    await once(host, 'listening');
    const browser = await chromium.launch({ executablePath: enginePaths().chromium, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage({ viewport: { width: 900, height: 700 } });
      page.setDefaultTimeout(2 * MINUTE);
      await page.goto(`http://127.0.0.1:${(host.address() as AddressInfo).port}/`);
      await page.getByText('No characters yet').waitFor();
      await page.getByText('Character identity must be trained before testing can begin').waitFor();
      const button = page.getByRole('button', { name: 'New character' });
      const colour = await button.evaluate((element) => getComputedStyle(element).backgroundColor);
      expect(colour).toBe('rgb(51, 80, 176)');
      const { data, info } = await sharp(await button.screenshot())
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      // A pixel in the middle of the left edge: the button as it is painted, without its text.
      const at = (Math.floor(info.height / 2) * info.width + 4) * info.channels;
      expect([...data.subarray(at, at + 3)]).toEqual([51, 80, 176]);
      await button.click();
      await page.getByRole('dialog').getByLabel('Name').fill('Captain Mara');
      await page.getByRole('dialog').getByRole('button', { name: 'New character' }).click();
      await page.getByRole('listitem').getByText('Captain Mara').waitFor();
    } finally {
      await browser.close();
      host.close();
    }
  });
});

/** The types of this repository, with a file of our own among them. */
async function runTsc(config: string): Promise<void> {
  const child = spawn(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', config]);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  const [code] = await once(child, 'close');
  expect(printed).toBe('');
  expect(code).toBe(0);
}

/** The address that the sandbox logs when it is ready. */
async function startedAt(stdout: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stdout })) {
    const { url } = JSON.parse(line) as { url?: string };
    if (url) return url;
  }
  throw new Error('The sandbox ended before it was ready.');
}
