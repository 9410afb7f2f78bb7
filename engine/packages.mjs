// The npm packages of this checkout, exactly as in package-lock.json.

import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { withLock } from './lock.mjs';
import { announced, findOnPath, SetUpError } from './machine.mjs';

/** @typedef {import('./setup.d.mts').Machine} Machine */
/** @typedef {{version?: string, integrity?: string, optional?: boolean}} LockedPackage */

/** @param {Machine} machine */
export async function resolvePackages(machine) {
  if (areCurrent(machine.root)) return;
  const npm = findOnPath(machine, 'npm');
  if (!npm) throw new SetUpError('npm is not on PATH. Install Node.js with npm (https://nodejs.org).');
  const checkout = createHash('sha256').update(machine.root).digest('hex').slice(0, 12);
  await withLock(
    join(machine.cache, `packages-${checkout}.lock`),
    async () => {
      if (areCurrent(machine.root)) return;
      await install(machine, npm);
    },
    (owner) => machine.say(`set-up: ${owner} is already installing the npm packages: waiting for it`),
  );
}

/**
 * @param {Machine} machine
 * @param {string} npm
 */
async function install(machine, npm) {
  // The TypeScript loader is a development package, which NODE_ENV=production would leave out.
  const flags = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { env: machine.env, cwd: machine.root };
  try {
    await announced(machine, 'npm packages: npm ci', () => run(npm, ['ci', ...flags], options));
  } catch (error) {
    if (!(error instanceof SetUpError && error.message.includes('EUSAGE'))) throw error;
    // A mirror for one platform makes lock files without the optional packages of the others, and `npm ci` rejects
    // those as damaged. `npm install` reads the same versions and hashes from them.
    rmSync(join(machine.root, 'node_modules'), { recursive: true, force: true });
    machine.say('set-up: package-lock.json does not name every platform: npm install instead');
    await announced(machine, 'npm packages: npm install', () => run(npm, ['install', '--no-save', ...flags], options));
  }
}

/**
 * Compares package-lock.json with npm's own record of the installation, which npm writes last. So an interrupted
 * installation is repeated, a changed lock file is noticed, and a manual `npm install` is kept.
 * @param {string} root
 */
function areCurrent(root) {
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  if (!wanted) throw new SetUpError(`package-lock.json is missing or damaged in ${root}. Restore it from git.`);
  const installed = lockedPackages(join(root, 'node_modules', '.package-lock.json'));
  if (!installed) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const have = installed[path];
    // Optional ones are for other platforms.
    if (!have) return entry.optional === true;
    return have.version === entry.version && have.integrity === entry.integrity;
  });
}

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage> | undefined}
 */
function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
