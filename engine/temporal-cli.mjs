// The Temporal CLI with its dev server: chosen by a person, found on PATH, or installed.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { chosenByEnv, findOnPath } from './machine.mjs';
import { TEMPORAL_CLI } from './pins.mjs';
import { bringProgram } from './program.mjs';
import { CACHE_NAMES, VARIABLES } from './records.mjs';
import { isAtLeast } from './versions.mjs';

/** @typedef {import('./setup.d.mts').Machine} Machine */

const PROBE_MS = 10_000;

/**
 * @param {Machine} machine
 * @returns {Promise<string>} the executable
 */
export async function resolveTemporalCli(machine) {
  const chosen = chosenByEnv(machine, VARIABLES.temporalCli);
  if (chosen) return chosen;
  const names = {
    folder: CACHE_NAMES.temporalCli,
    variable: VARIABLES.temporalCli,
    hint: 'install the Temporal CLI (https://docs.temporal.io/cli)',
  };
  const isCached = existsSync(join(machine.cache, names.folder));
  return (isCached ? undefined : await usableOnPath(machine)) ?? (await bringProgram(machine, TEMPORAL_CLI, names));
}

/** @param {Machine} machine */
async function usableOnPath(machine) {
  const file = findOnPath(machine, 'temporal');
  if (!file) return undefined;
  const probe = { env: machine.env, timeoutMs: PROBE_MS };
  try {
    const version = (await run(file, ['--version'], probe)).trim();
    if (!isAtLeast(version, TEMPORAL_CLI.oldestOnPath)) {
      machine.say(`set-up: ${file} is "${version}", older than ${TEMPORAL_CLI.oldestOnPath}: not used`);
      return undefined;
    }
    await run(file, ['server', 'start-dev', '--help'], probe);
    return file;
  } catch {
    machine.say(`set-up: ${file} has no working dev server: not used`);
    return undefined;
  }
}
