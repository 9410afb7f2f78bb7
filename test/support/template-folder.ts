// Folders that take seconds to make and are then copied by every test that needs one: made once on a machine, under a
// name that changes with whatever shapes them.

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

const TEMPLATE_LIFETIME_MS = 24 * 60 * 60 * 1_000;

/**
 * The folder in `home` that stands for `fingerprint`, made by `make` when it is missing. Two test runs at once may both
 * make it; one of them wins.
 */
export async function templateFolder(
  home: string,
  fingerprint: string,
  make: (draft: string) => Promise<void>,
): Promise<string> {
  const template = join(home, fingerprint);
  if (await exists(template)) return template;
  await removeOld(home);
  const draft = `${template}.${randomUUID()}`;
  await make(draft);
  try {
    await rename(draft, template);
  } catch {
    // Another test run was faster; its template is as good.
    await rm(draft, { recursive: true, force: true });
  }
  return template;
}

/** Of the contents and the names of these files. */
export async function fingerprintOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(basename(file)).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

/** The migrations in a folder, in order. */
export async function migrationFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort().map((file) => join(folder, file));
}

async function removeOld(home: string): Promise<void> {
  await mkdir(home, { recursive: true });
  for (const name of await readdir(home)) {
    const template = join(home, name);
    const { mtimeMs } = await stat(template);
    if (Date.now() - mtimeMs > TEMPLATE_LIFETIME_MS) await rm(template, { recursive: true, force: true });
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
