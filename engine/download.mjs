// Temporal's own download service, asked the way the SDK asks it
// (sdk-core/src/ephemeral_server/mod.rs: GET /<artefact>/<version> answers where the archive is and which file to take).

import { createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { run } from './command.mjs';
import { SetUpError } from './machine.mjs';

/** @typedef {import('./setup.d.mts').Machine} Machine */

// Short, because behind a closed network this is only the way to the next source.
const LOOK_UP_MS = 5_000;
const ARCHIVE_MS = 60_000;

const PLATFORMS = /** @type {Record<string, string | undefined>} */ ({ linux: 'linux', darwin: 'darwin' });
const ARCHITECTURES = /** @type {Record<string, string | undefined>} */ ({ x64: 'amd64', arm64: 'arm64' });

/**
 * Puts one executable of an official archive at `target`. The service publishes no checksum at a stable address, so
 * the archive is as trustworthy as its HTTPS host; callers check the version where the program can tell it.
 * @param {Machine} machine
 * @param {string} artefact
 * @param {string} version
 * @param {string} target
 */
export async function downloadOfficial(machine, artefact, version, target) {
  const platform = PLATFORMS[machine.platform];
  const arch = ARCHITECTURES[machine.arch];
  if (!platform || !arch) throw new SetUpError(`no official build for ${machine.platform} on ${machine.arch}`);

  const query = new URLSearchParams({ platform, arch, format: 'tar.gz' });
  const lookUp = await get(`${machine.downloadHost}/${artefact}/v${version}?${query}`, LOOK_UP_MS);
  const { archiveUrl, fileToExtract } = /** @type {{archiveUrl?: unknown, fileToExtract?: unknown}} */ (
    await lookUp.json()
  );
  if (typeof archiveUrl !== 'string' || typeof fileToExtract !== 'string' || !archiveUrl.endsWith('.tar.gz')) {
    throw new SetUpError(`${machine.downloadHost} answered in an unknown form`);
  }
  const inside = normalize(fileToExtract);
  if (isAbsolute(inside) || inside.startsWith('..')) throw new SetUpError(`the archive's file is ${fileToExtract}`);

  const unpacked = `${target}.unpacked`;
  mkdirSync(unpacked);
  try {
    const archive = await get(archiveUrl, ARCHIVE_MS);
    const file = join(unpacked, 'archive.tar.gz');
    if (!archive.body) throw new SetUpError(`${archiveUrl} is empty`);
    await pipeline(Readable.fromWeb(/** @type {any} */ (archive.body)), createWriteStream(file));
    await run('tar', ['-xzf', file, '-C', unpacked, fileToExtract], { env: machine.env });
    renameSync(join(unpacked, inside), target);
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

/**
 * @param {string} url
 * @param {number} limitMs for the whole answer, its body included
 */
async function get(url, limitMs) {
  const response = await fetch(url, { signal: AbortSignal.timeout(limitMs) });
  if (!response.ok) throw new SetUpError(`${url} answered ${response.status}`);
  return response;
}

/**
 * A failed request in a few words; `fetch` hides the reason in the cause.
 * @param {unknown} error
 */
export function reasonOf(error) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
}
