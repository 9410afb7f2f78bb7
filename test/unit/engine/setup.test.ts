import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder, enginePaths } from '../../../engine/paths.mjs';
import { setUp } from '../../../engine/setup.mjs';
import { type FakeMachine, fakeMachine, writeLock } from './fake-machine.ts';
import { CONTENTS, folderWith, MODELS_JSON } from './fake-networks.ts';
import { downloadService } from './fake-services.ts';

/** A program may be slow to start on a busy machine. */
const PATIENT = { timeout: 20_000 };

const SAYS_VERSION = 'echo "Chromium 150.0.1"';

const resolve = async (machine: FakeMachine, need: 'chromium' | 'test-server') => {
  const paths = await setUp({ needs: [need], machine });
  return String(need === 'chromium' ? paths.chromium : paths.testServer);
};

test('a machine that reaches no source of the test server is told where to get it and which variable to set', async () => {
  await expect(resolve(fakeMachine(), 'test-server')).rejects.toThrow(/sdk-java.*set TEMPORAL_TEST_SERVER/s);
});

test("a Chromium that answers is used, and Ubuntu's script that only names a snap is passed over", async () => {
  const machine = fakeMachine();
  machine.install('chromium-browser', 'echo "requires the chromium snap to be installed" >&2; exit 1');
  const chrome = machine.install('google-chrome', SAYS_VERSION);
  expect(await resolve(machine, 'chromium')).toBe(chrome);
});

test("the newest of Playwright's browsers is used when the system has none", async () => {
  const machine = fakeMachine();
  const folder = join(String(machine.env.HOME), '.cache', 'ms-playwright');
  for (const revision of ['chromium-999', 'chromium-1200', 'chromium_headless_shell-1300']) {
    mkdirSync(join(folder, revision, 'chrome-linux'), { recursive: true });
    writeFileSync(join(folder, revision, 'chrome-linux', 'chrome'), `#!/bin/sh\n${SAYS_VERSION}\n`, { mode: 0o755 });
  }
  expect(await resolve(machine, 'chromium')).toBe(join(folder, 'chromium-1200', 'chrome-linux', 'chrome'));
});

test('Chromium is installed by apt-get for root, and once only', async () => {
  const machine = fakeMachine({ isRoot: true });
  const bin = String(machine.env.PATH);
  const install = `if [ "$1" = install ]; then printf '#!/bin/sh\\n${SAYS_VERSION}\\n' > ${bin}/chromium; chmod +x ${bin}/chromium; fi`;
  machine.install('apt-get', install);
  await Promise.all([resolve(machine, 'chromium'), resolve(machine, 'chromium')]);
  expect(machine.calls('apt-get')).toEqual(['update -q', 'install -y -q --no-install-recommends chromium']);
});

test('without root, a person is told how to get Chromium', async () => {
  const machine = fakeMachine();
  machine.install('apt-get', '');
  await expect(resolve(machine, 'chromium')).rejects.toThrow(/sudo apt-get install chromium.*CHROMIUM_PATH/s);
  expect(machine.calls('apt-get')).toEqual([]);
});

test('packages that match the lock file are left alone, those of other platforms missing', async () => {
  const machine = fakeMachine();
  machine.install('npm', '');
  await setUp({ needs: ['packages'], machine });
  expect(machine.calls('npm')).toEqual([]);
});

test('packages are installed when the lock file changed, and when an installation was interrupted', async () => {
  const changed = fakeMachine();
  changed.install('npm', '');
  writeLock(join(changed.root, 'package-lock.json'), { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-b' } });
  await setUp({ needs: ['packages'], machine: changed });
  expect(changed.calls('npm')).toEqual([expect.stringMatching(/^ci --include=dev /)]);

  const interrupted = fakeMachine();
  interrupted.install('npm', '');
  rmSync(join(interrupted.root, 'node_modules', '.package-lock.json'));
  await setUp({ needs: ['packages'], machine: interrupted });
  expect(interrupted.calls('npm')).toHaveLength(1);
});

test('a lock file that npm ci takes for incomplete is installed from all the same, and not rewritten', async () => {
  const machine = fakeMachine();
  machine.install('npm', '[ "$1" = ci ] && echo "npm error code EUSAGE" && exit 1; exit 0');
  rmSync(join(machine.root, 'node_modules'), { recursive: true });
  await setUp({ needs: ['packages'], machine });
  expect(machine.calls('npm').at(-1)).toMatch(/^install --no-save /);
});

test('any other failure of npm is shown and not tried in another way', async () => {
  const machine = fakeMachine();
  machine.install('npm', 'echo "npm error code ENOTFOUND" >&2; exit 1');
  rmSync(join(machine.root, 'node_modules'), { recursive: true });
  await expect(setUp({ needs: ['packages'], machine })).rejects.toThrow('ENOTFOUND');
  expect(machine.calls('npm')).toHaveLength(1);
});

test('one failed step does not undo the others, and every failure is told', async () => {
  const machine = fakeMachine({ downloadHost: (await downloadService('1.8.2')).origin });
  const everything = setUp({ needs: ['temporal', 'test-server', 'chromium'], machine });
  await expect(everything).rejects.toThrow(/TEMPORAL_TEST_SERVER.*CHROMIUM_PATH/s);
  expect(existsSync(join(machine.cache, 'temporal-cli-1.8.2', 'temporal'))).toBe(true);
});

test('a platform that nothing is made for is told so at once', async () => {
  await expect(setUp({ needs: ['temporal'], machine: fakeMachine({ platform: 'win32' }) })).rejects.toThrow('WSL');
});

test.each([
  [{ LIKENESS_CACHE: '/a', XDG_CACHE_HOME: '/b', HOME: '/c' }, '/a'],
  [{ XDG_CACHE_HOME: '/b', HOME: '/c' }, '/b/likeness'],
  [{ XDG_CACHE_HOME: 'relative', HOME: '/c' }, '/c/.cache/likeness'],
  [{ HOME: '/c' }, '/c/.cache/likeness'],
])('the cache folder for %j', (env, folder) => {
  expect(cacheFolder(env)).toBe(folder);
});

test('enginePaths reads what set-up chose, says how to get what is missing, and obeys a variable', async () => {
  const machine = fakeMachine();
  const env = { LIKENESS_CACHE: machine.cache };
  expect(() => enginePaths(env).chromium).toThrow(/npm run setup.*CHROMIUM_PATH/);

  const chromium = machine.install('chromium', SAYS_VERSION);
  await resolve(machine, 'chromium');
  expect(enginePaths(env).chromium).toBe(chromium);
  expect(() => enginePaths(env).temporalCli).toThrow('npm run setup');

  const other = machine.install('google-chrome', SAYS_VERSION);
  expect(enginePaths({ ...env, CHROMIUM_PATH: other }).chromium).toBe(other);
  expect(() => enginePaths({ ...env, CHROMIUM_PATH: '/nowhere' }).chromium).toThrow('CHROMIUM_PATH is /nowhere');

  rmSync(chromium);
  expect(() => enginePaths(env).chromium).toThrow('npm run setup');
});

/** `node engine/setup.mjs --for start`, or for another purpose, in a checkout of its own. */
function startSetUp(machine: FakeMachine, { purpose = 'start', nodeFlags = [] as string[] } = {}) {
  const node = join(String(machine.env.PATH), 'node');
  if (!existsSync(node)) symlinkSync(process.execPath, node);
  return spawn('node', [...nodeFlags, join(machine.root, 'engine', 'setup.mjs'), '--for', purpose], {
    env: {
      ...machine.env,
      LIKENESS_CACHE: machine.cache,
      TEMPORAL_CLI: machine.install('temporal', ''),
      LIKENESS_MODELS: modelsOf(machine),
    },
  });
}

const modelsOf = (machine: FakeMachine) => folderWith(join(machine.folder, 'models'), CONTENTS);

test('set-up as a command prints the paths alone on standard output', async () => {
  const machine = fakeMachine();
  const printed = (await startSetUp(machine).stdout.toArray()).join('');
  expect(printed).toBe(
    `TEMPORAL_CLI=${join(String(machine.env.PATH), 'temporal')}\nLIKENESS_MODELS=${modelsOf(machine)}\n`,
  );
});

test('set-up for the image needs the engine, package.json and the pins, and no packages', async () => {
  const machine = fakeMachine();
  rmSync(join(machine.root, 'package-lock.json'));
  rmSync(join(machine.root, 'node_modules'), { recursive: true });
  const printed = (await startSetUp(machine, { purpose: 'models' }).stdout.toArray()).join('');
  expect(printed).toBe(`LIKENESS_MODELS=${modelsOf(machine)}\n`);
});

test('a folder of networks that a person chose is noted, and told to programs', async () => {
  const machine = fakeMachine();
  const chosen = modelsOf(machine);
  await startSetUp(machine, { purpose: 'vision' }).stdout.toArray();
  expect(readFileSync(join(machine.cache, `${MODELS_JSON.cacheName}.path`), 'utf8')).toBe(`${chosen}\n`);
});

/** Where an installation of packages begins: it notes its process and that of a program which it starts itself. */
const SLOW_NPM = (folder: string) =>
  `sleep 60 & echo $! $$ > ${folder}/npm.new; mv ${folder}/npm.new ${folder}/npm.pids; wait`;

/** Sends this process a signal the moment that it has started its first program. */
const SIGNAL_AT_ONCE = `
import childProcess from 'node:child_process';
import { existsSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const { spawn } = childProcess;
childProcess.spawn = (...args) => {
  const child = spawn(...args);
  const until = Date.now() + 20_000;
  while (!existsSync(process.env.NPM_PIDS) && Date.now() < until);
  process.kill(process.pid, process.env.SIGNAL);
  return child;
};
syncBuiltinESMExports();`;

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s at any moment ends set-up and every program that it started, and theirs',
  async (signal) => {
    const machine = fakeMachine();
    machine.install('npm', SLOW_NPM(machine.folder));
    machine.install('mv', 'exec /bin/mv "$@"');
    rmSync(join(machine.root, 'node_modules', '.package-lock.json'));
    const preload = join(machine.folder, 'signal.mjs');
    writeFileSync(preload, SIGNAL_AT_ONCE);
    const noted = join(machine.folder, 'npm.pids');
    Object.assign(machine.env, { NPM_PIDS: noted, SIGNAL: signal });

    const [code] = await once(startSetUp(machine, { nodeFlags: ['--import', preload] }), 'exit');
    expect(code).toBe(128 + constants.signals[signal]);
    const pids = readFileSync(noted, 'utf8').trim().split(' ').map(Number);
    expect(pids).toHaveLength(2);
    await expect.poll(() => pids.filter(isAlive), PATIENT).toEqual([]);
  },
);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
