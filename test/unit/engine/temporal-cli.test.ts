import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { setUp } from '../../../engine/setup.mjs';
import { type FakeMachine, fakeMachine, repository } from './fake-machine.ts';

const temporalCli = async (machine: FakeMachine) => (await setUp({ needs: ['temporal'], machine })).temporalCli;

const answering = (version: string) => `[ "$1" = --version ] && echo "temporal version ${version}"; exit 0`;

/** A Go that answers like the real one, and "builds" a script that answers like the CLI. */
const fakeGo = (version: string, build = '') => `
case "$1 $2" in
  "env GOVERSION") echo ${version} ;;
  "env GOCACHE") echo "$HOME/go-build" ;;
  build*)
    [ -d "$GOCACHE" ] || mkdir -p "$GOCACHE"
    echo "$GOCACHE" > "$HOME.gocache"
    ${build}
    while [ "$1" != -o ]; do shift; done
    echo '#!/bin/sh' > "$2"; chmod +x "$2" ;;
esac`;

/** Temporal's download service with one archive; answers its address. */
async function downloadService(cliVersion: string): Promise<string> {
  const machine = fakeMachine();
  const file = join(machine.folder, 'temporal');
  writeFileSync(file, `#!/bin/sh\necho "temporal version ${cliVersion} (Server 1.31.2)"\n`, { mode: 0o755 });
  const archive = execFileSync('tar', ['-cz', '-C', machine.folder, 'temporal']);
  const server = createServer((request, response) => {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    if (request.url === '/archive.tar.gz') response.end(archive);
    else if (request.url === '/cli/v1.8.2?platform=linux&arch=amd64&format=tar.gz') {
      response.end(JSON.stringify({ archiveUrl: `${origin}/archive.tar.gz`, fileToExtract: 'temporal' }));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

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
  const machine = fakeMachine();
  const installed = machine.install('temporal', script);
  machine.install('go', fakeGo('go1.26.8'));
  expect(await temporalCli(machine)).toBe(join(machine.cache, 'temporal-cli-1.8.2', 'temporal'));
  expect(machine.said[0]).toMatch(`set-up: ${installed}`);
  expect(machine.said[0]).toMatch('not used');
});

test('the official download is taken where the network reaches it', async () => {
  const machine = fakeMachine({ downloadHost: await downloadService('1.8.2') });
  machine.install('go', fakeGo('go1.26.8'));
  const file = await temporalCli(machine);
  expect(file).toBe(join(machine.cache, 'temporal-cli-1.8.2', 'temporal'));
  expect(execFileSync(String(file), { encoding: 'utf8' })).toContain('1.8.2');
  expect(machine.calls('go')).toEqual([]);
  expect(readdirSync(join(machine.cache, 'temporal-cli-1.8.2'))).toEqual(['temporal']);
});

test('an official download of another version is refused, and the CLI is built', async () => {
  const machine = fakeMachine({ downloadHost: await downloadService('1.9.0') });
  machine.install('go', fakeGo('go1.26.8'));
  await temporalCli(machine);
  expect(machine.calls('go').some((call) => call.startsWith('build'))).toBe(true);
});

test('without the download host the CLI is built as go.mod pins it, and the version is the same everywhere', async () => {
  const machine = fakeMachine();
  machine.install('go', fakeGo('go1.26.8'));
  await temporalCli(machine);
  const build = machine.calls('go').at(-1) ?? '';
  expect(build).toContain('-mod=readonly');
  const pinned = /github\.com\/temporalio\/cli v(\S+)/.exec(
    readFileSync(join(repository, 'engine/temporal-cli/go.mod'), 'utf8'),
  )?.[1];
  expect(build).toContain(`temporalcli.Version=${pinned} `);
});

test("a build cache that was not there before is gone after the build, and a person's own one is used and kept", async () => {
  const fresh = fakeMachine();
  fresh.install('go', fakeGo('go1.26.8'));
  await temporalCli(fresh);
  const used = readFileSync(`${fresh.env.HOME}.gocache`, 'utf8').trim();
  expect(used.startsWith(fresh.cache)).toBe(true);
  expect(readdirSync(join(fresh.cache, 'temporal-cli-1.8.2'))).toEqual(['temporal']);

  const seasoned = fakeMachine();
  mkdirSync(join(String(seasoned.env.HOME), 'go-build'), { recursive: true });
  seasoned.env.GOCACHE = join(String(seasoned.env.HOME), 'go-build');
  seasoned.install('go', fakeGo('go1.26.8'));
  await temporalCli(seasoned);
  expect(readFileSync(`${seasoned.env.HOME}.gocache`, 'utf8').trim()).toBe(seasoned.env.GOCACHE);
  expect(existsSync(seasoned.env.GOCACHE)).toBe(true);
});

test('a machine without Go is told what to install and which variable to set', async () => {
  await expect(temporalCli(fakeMachine())).rejects.toThrow(/Install Go 1\.26\.4.*go\.dev\/dl.*TEMPORAL_CLI/s);
});

test('a Go that is too old is told so before anything is built', async () => {
  const machine = fakeMachine();
  machine.install('go', fakeGo('go1.24.9'));
  await expect(temporalCli(machine)).rejects.toThrow(/needs Go 1\.26\.4.*"go1\.24\.9".*GOTOOLCHAIN.*TEMPORAL_CLI/s);
  expect(machine.calls('go').some((call) => call.startsWith('build'))).toBe(false);
});

test('a build that fails leaves nothing half done, and shows what the compiler said', async () => {
  const machine = fakeMachine();
  machine.install('go', fakeGo('go1.26.8', 'echo "no space left on device" >&2; exit 1'));
  await expect(temporalCli(machine)).rejects.toThrow('no space left on device');
  expect(readdirSync(machine.cache)).toEqual([]);
});

test('what a killed set-up left is swept by the next one', async () => {
  const machine = fakeMachine();
  mkdirSync(join(machine.cache, 'temporal-cli-1.8.2.draft-1'), { recursive: true });
  machine.install('go', fakeGo('go1.26.8'));
  await temporalCli(machine);
  expect(readdirSync(machine.cache).sort()).toEqual(['temporal-cli-1.8.2', 'temporal-cli-1.8.2.path']);
});

test('two set-ups at once build once', async () => {
  const machine = fakeMachine();
  machine.install('go', fakeGo('go1.26.8', 'sleep 0.4'));
  const both = await Promise.all([temporalCli(machine), temporalCli(machine)]);
  expect(both[0]).toBe(both[1]);
  expect(machine.calls('go').filter((call) => call.startsWith('build'))).toHaveLength(1);
  expect(machine.said.some((line) => line.includes('waiting for it'))).toBe(true);
});
