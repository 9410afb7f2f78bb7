// The files of the face networks: their place on this machine, and whether they are the measured ones.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
// Set-up reads the same pins (engine/pins.mjs).
import models from './models.json' with { type: 'json' };

/** YuNet finds faces, SFace describes them. */
export type ModelName = keyof typeof models.files;

/**
 * The bytes of a network's file, their SHA-256 checked: about 0.1 s for the larger one, so read it once a thread. The
 * file is in the folder of `LIKENESS_MODELS`, else where set-up noted it. Throws an Error that says how to get it.
 */
export async function modelFile(name: ModelName, env: NodeJS.ProcessEnv = process.env): Promise<Uint8Array> {
  const { file, sha256 } = models.files[name];
  const folder = env.LIKENESS_MODELS || (await folderOfSetUp(env));
  const wanted = `${file} with the SHA-256 ${sha256}`;
  if (!folder) {
    throw new Error(
      `The face networks are not set up on this machine. Run \`npm run setup\`, or set LIKENESS_MODELS to a folder that ` +
        `holds ${wanted}.`,
    );
  }
  const where = path.join(folder, file);
  const remedy = env.LIKENESS_MODELS
    ? `LIKENESS_MODELS is ${folder}: put ${wanted} there, or unset it and run \`npm run setup\`.`
    : `Run \`npm run setup\`, or set LIKENESS_MODELS to a folder that holds ${wanted}.`;
  const bytes = await readFile(where).catch((cause: NodeJS.ErrnoException) => {
    const what = cause.code === 'ENOENT' ? 'is missing' : `cannot be read (${cause.code ?? cause.message})`;
    throw new Error(`${where} ${what}. ${remedy}`, { cause });
  });
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Error(`${where} is another file: its SHA-256 is ${found}. ${remedy}`);
  return bytes;
}

/** Throws what `modelFile` throws. A process that reads pictures checks this at start: 0.2 s. */
export async function checkModels(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  await modelFile('detector', env);
  await modelFile('descriptor', env);
}

/** Set-up's note in its cache. The image has no engine; engine/paths.mjs computes the same folder. */
async function folderOfSetUp(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const xdg = env.XDG_CACHE_HOME;
  const ofUser = xdg && path.isAbsolute(xdg) ? xdg : path.join(env.HOME || homedir(), '.cache');
  const cache = env.LIKENESS_CACHE ? path.resolve(env.LIKENESS_CACHE) : path.join(ofUser, 'likeness');
  const note = await readFile(path.join(cache, `${models.cacheName}.path`), 'utf8').catch(() => undefined);
  return note?.trim() || undefined;
}
