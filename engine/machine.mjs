// The machine that set-up runs on. Tests replace it.

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './paths.mjs';

/** @typedef {import('./setup.d.mts').Machine} Machine */

/** A failure whose message says what to do next; printed without a stack. */
export class SetUpError extends Error {}

/** @returns {Machine} */
export function thisMachine() {
  return {
    env: process.env,
    root: dirname(dirname(fileURLToPath(import.meta.url))),
    cache: cacheFolder(process.env),
    platform: process.platform,
    arch: process.arch,
    isRoot: process.getuid?.() === 0,
    downloadHost: 'https://temporal.download',
    modelHost: 'https://media.githubusercontent.com/media/opencv/opencv_zoo',
    packageIndex: process.env.PIP_INDEX_URL || 'https://pypi.org/simple',
    // Standard error, so that standard output has only a command's own output.
    say: (line) => process.stderr.write(`${line}\n`),
  };
}

/**
 * The first executable file of that name on the machine's PATH.
 * @param {Machine} machine
 * @param {string} name
 * @returns {string | undefined}
 */
export function findOnPath(machine, name) {
  return (machine.env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * The executable of an environment variable: it is used as it is, whatever its version.
 * @param {Machine} machine
 * @param {string} variable
 * @returns {string | undefined}
 */
export function chosenByEnv(machine, variable) {
  const file = machine.env[variable];
  if (!file) return undefined;
  if (isExecutable(file)) return file;
  throw new SetUpError(`${variable} is ${file}, which is not an executable file. Correct it, or unset it.`);
}

/**
 * Prints one line before a slow piece of work, and one with its time afterwards.
 * @template T
 * @param {Machine} machine
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function announced(machine, what, work) {
  const began = performance.now();
  machine.say(`set-up: ${what} …`);
  const result = await work();
  machine.say(`set-up: ${what}: done in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return result;
}
