// Temporal's own download service, used as the SDK does (sdk-core/src/ephemeral_server/mod.rs: GET
// /<artefact>/<version> answers the archive's address and the file in it).

import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { run } from './command.mjs';
import { fetchFile, fetchJson } from './fetch.mjs';
import { SetUpError } from './machine.mjs';

/** @typedef {import('./setup.d.mts').Machine} Machine */
/** @typedef {import('./setup.d.mts').Program} Program */

const PLATFORMS = /** @type {Record<string, string | undefined>} */ ({ linux: 'linux', darwin: 'darwin' });
const ARCHITECTURES = /** @type {Record<string, string | undefined>} */ ({ x64: 'amd64', arm64: 'arm64' });

/**
 * Puts the executable of an official archive at `target`. The service publishes no checksum at a stable address, so the
 * archive is as trustworthy as its HTTPS host; callers check the version where the program prints it.
 * @param {Machine} machine
 * @param {Program} program
 * @param {string} target
 */
export async function downloadOfficial(machine, { artefact, version }, target) {
  const platform = PLATFORMS[machine.platform];
  const arch = ARCHITECTURES[machine.arch];
  if (!platform || !arch) throw new SetUpError(`no official build for ${machine.platform} on ${machine.arch}`);

  const query = new URLSearchParams({ platform, arch, format: 'tar.gz' });
  const { archiveUrl, fileToExtract } = /** @type {{archiveUrl?: unknown, fileToExtract?: unknown}} */ (
    await fetchJson(`${machine.downloadHost}/${artefact}/v${version}?${query}`)
  );
  if (typeof archiveUrl !== 'string' || typeof fileToExtract !== 'string' || !archiveUrl.endsWith('.tar.gz')) {
    throw new SetUpError(`${machine.downloadHost} answered in an unknown form`);
  }
  const inside = normalize(fileToExtract);
  if (isAbsolute(inside) || inside.startsWith('..')) throw new SetUpError(`the archive's file is ${fileToExtract}`);

  const unpacked = `${target}.unpacked`;
  mkdirSync(unpacked);
  try {
    const file = join(unpacked, 'archive.tar.gz');
    await fetchFile(archiveUrl, file);
    await run('tar', ['-xzf', file, '-C', unpacked, fileToExtract], { env: machine.env });
    renameSync(join(unpacked, inside), target);
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}
