// The networks' files are found where set-up or a person put them, and no other file is ever loaded in their place.

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Piscina } from 'piscina';
import { expect, onTestFinished, test } from 'vitest';
import { type ModelName, modelFile } from '../../adapters/vision/model-files.ts';
import models from '../../adapters/vision/models.json' with { type: 'json' };
import { cacheFolder } from '../../engine/paths.mjs';
import { setUp } from '../../engine/setup.mjs';
import { fakeMachine } from '../unit/engine/fake-machine.ts';

const { detector, descriptor } = models.files;

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-models-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with the real networks. */
async function realFolder(): Promise<string> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, detector.file), await modelFile('detector'));
  writeFileSync(join(folder, descriptor.file), await modelFile('descriptor'));
  return folder;
}

const refusal = (env: NodeJS.ProcessEnv) =>
  modelFile('detector', env).then(
    () => 'none',
    (error: Error) => error.message,
  );

test('both networks that set-up brought are loaded whole', async () => {
  for (const name of ['detector', 'descriptor'] as const) {
    const bytes = await modelFile(name);
    expect(bytes.length).toBe(models.files[name].bytes);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(models.files[name].sha256);
  }
});

test('a process that nobody told is sent to the folder that set-up noted', async () => {
  const machine = fakeMachine();
  machine.env.LIKENESS_MODELS = await realFolder();
  await setUp({ needs: ['models'], machine });
  expect((await modelFile('descriptor', { LIKENESS_CACHE: machine.cache })).length).toBe(descriptor.bytes);
});

test.each([
  ['LIKENESS_CACHE', (folder: string) => ({ LIKENESS_CACHE: folder, XDG_CACHE_HOME: '/nowhere', HOME: '/nowhere' })],
  ['XDG_CACHE_HOME', (folder: string) => ({ XDG_CACHE_HOME: folder, HOME: '/nowhere' })],
  ['HOME', (folder: string) => ({ HOME: folder })],
  ['HOME, when XDG_CACHE_HOME is relative', (folder: string) => ({ XDG_CACHE_HOME: 'relative', HOME: folder })],
])("set-up's cache is looked for where set-up has it, by %s", async (_, envWith) => {
  const env: NodeJS.ProcessEnv = envWith(temporaryFolder());
  const real = temporaryFolder();
  writeFileSync(join(real, detector.file), await modelFile('detector'));
  const note = join(cacheFolder(env), `${models.cacheName}.path`);
  mkdirSync(dirname(note), { recursive: true });
  writeFileSync(note, `${real}\n`);
  expect((await modelFile('detector', env)).length).toBe(detector.bytes);
});

test("the folder that LIKENESS_MODELS names comes before set-up's, also when a file is missing there", async () => {
  const folder = temporaryFolder();
  const env = { ...process.env, LIKENESS_MODELS: folder };
  const message = await refusal(env);
  expect(message).toContain(`${join(folder, detector.file)} is missing`);
  expect(message).toMatch(new RegExp(`put ${detector.file} with the SHA-256 ${detector.sha256} there.*npm run setup`));
  writeFileSync(join(folder, detector.file), await modelFile('detector'));
  expect(await refusal(env)).toBe('none');
});

test('another file of that name is refused, with the hash that is wanted and how to get it', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, detector.file), (await modelFile('detector')).subarray(1));
  const message = await refusal({ LIKENESS_MODELS: folder });
  expect(message).toMatch(/is another file: its SHA-256 is [0-9a-f]{64}\./);
  expect(message).toContain(detector.sha256);
  expect(message).toContain('npm run setup');
});

test('a file that cannot be read is not called missing', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, detector.file));
  expect(await refusal({ LIKENESS_MODELS: folder })).toContain('cannot be read (EISDIR)');
});

test('a machine without them is told the command, the variable, the file and its hash', async () => {
  const message = await refusal({ LIKENESS_CACHE: temporaryFolder() });
  expect(message).toMatch(/npm run setup.*LIKENESS_MODELS/);
  expect(message).toContain(`${detector.file} with the SHA-256 ${detector.sha256}`);
});

test('a thread loads them as well', async () => {
  const file = (name: string) => new URL(`../../adapters/vision/${name}`, import.meta.url).href;
  const execArgv = ['--import', file('typescript-thread.mjs')];
  const pool = new Piscina<ModelName, Uint8Array>({ filename: file('model-files.ts'), execArgv, maxThreads: 1 });
  onTestFinished(() => pool.close());
  expect((await pool.run('detector', { name: 'modelFile' })).length).toBe(detector.bytes);
});
