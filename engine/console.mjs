// Builds the console when it is missing or its sources have changed: `npm start` and the tests serve it.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { withLock } from './lock.mjs';
import { announced, thisMachine } from './machine.mjs';

/** @typedef {import('./setup.d.mts').Machine} Machine */

/** The inputs of the build; the lock file stands for the packages. */
const SOURCES = ['console', 'react', 'client', 'domain', 'package-lock.json'];

/**
 * Needs the packages. The old build is served until the new one is complete.
 * @param {Machine} [machine]
 */
export async function buildConsole(machine = thisMachine()) {
  const { root } = machine;
  // An installation without sources has nothing to build.
  if (!existsSync(join(root, 'console'))) return;
  const target = join(root, 'dist', 'console');
  const isCurrent = () => noted(target) === fingerprint(root);
  if (isCurrent()) return;
  await withLock(
    join(root, 'dist', 'console.lock'),
    async () => {
      if (isCurrent()) return;
      await announced(machine, 'the console: vite build', () => build(machine, target));
    },
    (owner) => machine.say(`set-up: ${owner} is already building the console: waiting for it`),
  );
}

/**
 * @param {Machine} machine
 * @param {string} target
 */
async function build({ root, env }, target) {
  const draft = `${target}.${process.pid}`;
  // Computed first: a change during Vite's run then causes another build.
  const sources = fingerprint(root);
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const config = join(root, 'console', 'vite.config.ts');
  const args = [vite, 'build', '--config', config, '--outDir', draft, '--logLevel', 'warn'];
  try {
    // A NODE_ENV of "test" or "development" would build React's development version.
    await run(process.execPath, args, { env: { ...env, NODE_ENV: 'production' }, cwd: root });
    writeFileSync(join(draft, '.sources'), sources);
    mkdirSync(join(root, 'dist'), { recursive: true });
    rmSync(target, { recursive: true, force: true });
    renameSync(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** @param {string} target */
function noted(target) {
  const file = join(target, '.sources');
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** @param {string} root */
function fingerprint(root) {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((source) => filesOf(join(root, source)))) {
    hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/**
 * @param {string} path a file or a folder
 * @returns {string[]} in an order of their own, always the same
 */
function filesOf(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path)
      .sort()
      .flatMap((name) => filesOf(join(path, name)));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOTDIR') return [path];
    throw error;
  }
}
