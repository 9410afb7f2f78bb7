import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { setUp } from '../../../engine/setup.mjs';
import { type FakeMachine, fakeMachine } from './fake-machine.ts';
import { downloadService } from './fake-services.ts';

const temporalCli = async (machine: FakeMachine) => (await setUp({ needs: ['temporal'], machine })).temporalCli;

const answering = (version: string) => `[ "$1" = --version ] && echo "temporal version ${version}"; exit 0`;

test('the CLI that a person chose comes before the cache and before PATH', async () => {
  const machine = fakeMachine();
  const chosen = machine.install('my-temporal', '');
  machine.install('temporal', answering('1.8.2'));
  mkdirSync(join(machine.cache, 'temporal-cli-1.8.2'), { recursive: true });
  writeFileSync(join(machine.cache, 'temporal-cli-1.8.2', 'temporal'), '');
  machine.env.TEMPORAL_CLI = chosen;
  expect(await temporalCli(machine)).toBe(chosen);
});

test('a chosen CLI that does not exist is an error that names the variable, and no other one is taken', async () => {
  const machine = fakeMachine();
  machine.install('temporal', answering('1.8.2'));
  machine.env.TEMPORAL_CLI = '/nowhere/temporal';
  await expect(temporalCli(machine)).rejects.toThrow('TEMPORAL_CLI is /nowhere/temporal');
});

test('what is in the cache is used without asking any program', async () => {
  const machine = fakeMachine();
  machine.install('temporal', answering('1.8.2'));
  const cached = join(machine.cache, 'temporal-cli-1.8.2', 'temporal');
  mkdirSync(join(cached, '..'), { recursive: true });
  writeFileSync(cached, '', { mode: 0o755 });
  expect(await temporalCli(machine)).toBe(cached);
  expect(machine.calls('temporal')).toEqual([]);
  expect(machine.said).toEqual([]);
});

test.each(['1.8.0', '1.8.2 (Server 1.31.2, UI 2.50.1)', '1.10.0', '2.0.0'])(
  'a CLI %s on PATH is used',
  async (version) => {
    const machine = fakeMachine();
    const installed = machine.install('temporal', answering(version));
    expect(await temporalCli(machine)).toBe(installed);
  },
);

test.each([
  ['an old version', answering('1.5.1')],
  ['a build without a version', answering('0.0.0-DEV')],
  ['no version', 'exit 0'],
  ['no dev server', '[ "$1" = --version ] && echo "temporal version 1.8.2" && exit 0; exit 1'],
])('a CLI on PATH with %s is not used, and set-up says so', async (_, script) => {
  const machine = fakeMachine({ downloadHost: (await downloadService('1.8.2')).origin });
  const installed = machine.install('temporal', script);
  expect(await temporalCli(machine)).toBe(join(machine.cache, 'temporal-cli-1.8.2', 'temporal'));
  expect(machine.said[0]).toMatch(`set-up: ${installed}`);
  expect(machine.said[0]).toMatch('not used');
});

test('the official download is taken where the network reaches it', async () => {
  const machine = fakeMachine({ downloadHost: (await downloadService('1.8.2')).origin });
  const file = await temporalCli(machine);
  expect(file).toBe(join(machine.cache, 'temporal-cli-1.8.2', 'temporal'));
  expect(execFileSync(String(file), { encoding: 'utf8' })).toContain('1.8.2');
  expect(readdirSync(join(machine.cache, 'temporal-cli-1.8.2'))).toEqual(['temporal']);
});

test('an official download of another version is refused, and leaves nothing', async () => {
  const machine = fakeMachine({ downloadHost: (await downloadService('1.9.0')).origin });
  await expect(temporalCli(machine)).rejects.toThrow(/official download: it says "temporal version 1\.9\.0/);
  expect(existsSync(join(machine.cache, 'temporal-cli-1.8.2'))).toBe(false);
});

test('a machine that reaches no source is told where to get the CLI and which variable to set', async () => {
  await expect(temporalCli(fakeMachine())).rejects.toThrow(/docs\.temporal\.io\/cli.*set TEMPORAL_CLI/s);
});

test('what a killed set-up left is swept by the next one', async () => {
  const machine = fakeMachine({ downloadHost: (await downloadService('1.8.2')).origin });
  mkdirSync(join(machine.cache, 'temporal-cli-1.8.2.draft-1'), { recursive: true });
  await temporalCli(machine);
  expect(readdirSync(machine.cache).sort()).toEqual(['temporal-cli-1.8.2', 'temporal-cli-1.8.2.path']);
});

test('two set-ups at once download once', async () => {
  const service = await downloadService('1.8.2', 400);
  const machine = fakeMachine({ downloadHost: service.origin });
  const both = await Promise.all([temporalCli(machine), temporalCli(machine)]);
  expect(both[0]).toBe(both[1]);
  expect(service.asked.filter((path) => path === '/archive.tar.gz')).toHaveLength(1);
  expect(machine.said.some((line) => line.includes('waiting for it'))).toBe(true);
});
