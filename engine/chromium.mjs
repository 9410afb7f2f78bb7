// A Chromium for the browser tests: an installed one, or Debian's package.

import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from './command.mjs';
import { withLock } from './lock.mjs';
import { announced, chosenByEnv, findOnPath, isExecutable, SetUpError } from './machine.mjs';
import { CACHE_NAMES, recorded } from './records.mjs';

/** @typedef {import('./setup.d.mts').Machine} Machine */

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const PROBE_MS = 20_000;

/**
 * @param {Machine} machine
 * @returns {Promise<string>} the executable
 */
export async function resolveChromium(machine) {
  const chosen = chosenByEnv(machine, 'CHROMIUM_PATH') ?? recorded(machine.cache, CACHE_NAMES.chromium);
  if (chosen) return chosen;
  const found = await findWorking(machine);
  if (found) return found;
  return await install(machine);
}

/** @param {Machine} machine */
async function findWorking(machine) {
  const candidates = [
    ...NAMES.map((name) => findOnPath(machine, name)),
    ...(machine.platform === 'darwin' ? MAC_APPLICATIONS.filter(isExecutable) : []),
    ...playwrightBrowsers(machine),
  ];
  for (const file of candidates) {
    // Started, because Ubuntu's chromium-browser is a script that only says to install a snap.
    if (file && (await answers(machine, file))) return file;
  }
  return undefined;
}

/**
 * @param {Machine} machine
 * @param {string} file
 */
async function answers(machine, file) {
  try {
    return /\d+\.\d+/.test(await run(file, ['--version'], { env: machine.env, timeoutMs: PROBE_MS }));
  } catch {
    return false;
  }
}

/**
 * The browsers of `npx playwright install chromium`, the newest revision first.
 * @param {Machine} machine
 * @returns {string[]}
 */
function playwrightBrowsers({ env, platform }) {
  const home = env.HOME || homedir();
  const isMac = platform === 'darwin';
  const folder =
    env.PLAYWRIGHT_BROWSERS_PATH || join(home, isMac ? 'Library/Caches/ms-playwright' : '.cache/ms-playwright');
  const inside = isMac
    ? ['chrome-mac/Chromium.app/Contents/MacOS/Chromium']
    : ['chrome-linux/chrome', 'chrome-linux64/chrome'];
  try {
    return readdirSync(folder)
      .filter((name) => /^chromium-\d+$/.test(name))
      .sort((a, b) => Number(b.slice('chromium-'.length)) - Number(a.slice('chromium-'.length)))
      .flatMap((name) => inside.map((path) => join(folder, name, path)))
      .filter(isExecutable);
  } catch {
    return [];
  }
}

/** @param {Machine} machine */
async function install(machine) {
  const apt = findOnPath(machine, 'apt-get');
  if (!apt || !machine.isRoot) {
    throw new SetUpError(
      'The browser tests need Chromium or Chrome, and none was found. ' +
        `${apt ? 'Run `sudo apt-get install chromium`' : 'Install one'}, or set CHROMIUM_PATH to its executable.`,
    );
  }
  const options = { env: { ...machine.env, DEBIAN_FRONTEND: 'noninteractive' } };
  await withLock(
    join(machine.cache, `${CACHE_NAMES.chromium}.lock`),
    async () => {
      if (await findWorking(machine)) return;
      await announced(machine, 'Chromium for the browser tests: apt-get install', async () => {
        await run(apt, ['update', '-q'], options);
        await run(apt, ['install', '-y', '-q', '--no-install-recommends', 'chromium'], options);
      });
    },
    (owner) => machine.say(`set-up: ${owner} is already installing Chromium: waiting for it`),
  );
  const installed = await findWorking(machine);
  if (installed) return installed;
  throw new SetUpError(
    'The package `chromium` was installed, but no Chromium answers: on Ubuntu it only points to a snap. ' +
      'Install Google Chrome (https://www.google.com/chrome) or set CHROMIUM_PATH.',
  );
}
