// The engine's paths on this machine: the cache folder, and the executables that set-up resolved. Installs nothing.

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { CACHE_NAMES, recorded, VARIABLES } from './records.mjs';

/**
 * `LIKENESS_CACHE`, else `$XDG_CACHE_HOME/likeness`, else `~/.cache/likeness`. Always outside the checkout, so that a
 * second clone or a `git clean` need not build anything again. adapters/vision/model-files.ts has the same rule.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string}
 */
export function cacheFolder(env) {
  if (env.LIKENESS_CACHE) return resolve(env.LIKENESS_CACHE);
  // The XDG base directory specification: a relative path is invalid and to be ignored.
  const xdg = env.XDG_CACHE_HOME;
  return join(xdg && isAbsolute(xdg) ? xdg : join(env.HOME || homedir(), '.cache'), 'likeness');
}

/** @param {NodeJS.ProcessEnv} [env] */
export function enginePaths(env = process.env) {
  const cache = cacheFolder(env);
  /** @param {keyof typeof VARIABLES} key */
  const pathOf = (key) => {
    const chosen = env[VARIABLES[key]];
    if (chosen && !existsSync(chosen)) throw new Error(`${VARIABLES[key]} is ${chosen}, which does not exist.`);
    const file = chosen || recorded(cache, CACHE_NAMES[key]);
    if (file) return file;
    throw new Error(
      `${CACHE_NAMES[key]} is not set up on this machine. Run \`npm run setup\`, or set ${VARIABLES[key]}.`,
    );
  };
  return {
    get temporalCli() {
      return pathOf('temporalCli');
    },
    get testServer() {
      return pathOf('testServer');
    },
    get chromium() {
      return pathOf('chromium');
    },
  };
}
