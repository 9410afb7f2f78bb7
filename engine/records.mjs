// The names of the things that set-up installs in addition to packages, and its records of their paths.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FACE_NETWORKS, TEMPORAL_CLI, TEST_SERVER } from './pins.mjs';

/** The folder (or the record) of each in the cache. A new version has a new name, so two checkouts can share it. */
export const CACHE_NAMES = {
  temporalCli: `temporal-cli-${TEMPORAL_CLI.version}`,
  testServer: `temporal-test-server-${TEST_SERVER.version}`,
  chromium: 'chromium',
  models: FACE_NETWORKS.cacheName,
};

/** The environment variable of each: a person sets it to choose one, and child processes read it. */
export const VARIABLES = {
  temporalCli: 'TEMPORAL_CLI',
  testServer: 'TEMPORAL_TEST_SERVER',
  chromium: 'CHROMIUM_PATH',
  models: 'LIKENESS_MODELS',
};

/**
 * @param {string} cache
 * @param {string} name one of CACHE_NAMES
 */
const recordOf = (cache, name) => join(cache, `${name}.path`);

/**
 * Records the one that set-up chose.
 * @param {string} cache
 * @param {string} name
 * @param {string} file
 */
export function record(cache, name, file) {
  if (recorded(cache, name) === file) return;
  mkdirSync(cache, { recursive: true });
  const draft = `${recordOf(cache, name)}.${process.pid}`;
  writeFileSync(draft, `${file}\n`);
  renameSync(draft, recordOf(cache, name));
}

/**
 * The one that set-up chose, if it is still there.
 * @param {string} cache
 * @param {string} name
 * @returns {string | undefined}
 */
export function recorded(cache, name) {
  try {
    const file = readFileSync(recordOf(cache, name), 'utf8').trim();
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
