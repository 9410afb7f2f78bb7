// A folder in the cache that is either complete or missing: made under a temporary name, then renamed.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';

/** @typedef {import('./setup.d.mts').Machine} Machine */

/**
 * @param {Machine} machine
 * @param {string} name the folder's name in the cache
 * @param {(draft: string) => Promise<void>} make fills the empty folder it is given
 * @param {(home: string) => boolean} [isWhole] whether the folder may stay as it is
 * @returns {Promise<string>} the folder
 */
export async function makeOnce(machine, name, make, isWhole = existsSync) {
  const home = join(machine.cache, name);
  await withLock(
    join(machine.cache, `${name}.lock`),
    async () => {
      if (isWhole(home)) return;
      const drafts = `${name}.draft-`;
      // Their maker was killed, because this process has the lock.
      for (const entry of readdirSync(machine.cache)) {
        if (entry.startsWith(drafts)) rmSync(join(machine.cache, entry), { recursive: true, force: true });
      }
      const draft = join(machine.cache, `${drafts}${process.pid}`);
      mkdirSync(draft);
      try {
        await make(draft);
        rmSync(home, { recursive: true, force: true });
        renameSync(draft, home);
      } finally {
        rmSync(draft, { recursive: true, force: true });
      }
    },
    (owner) => machine.say(`set-up: ${owner} is already preparing ${name}: waiting for it`),
  );
  return home;
}
