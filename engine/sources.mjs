// Fetches a missing program from the first source that has it.

import { reasonOf } from './fetch.mjs';
import { announced, SetUpError } from './machine.mjs';

/** @typedef {import('./setup.d.mts').Machine} Machine */

/**
 * @param {Machine} machine
 * @param {string} title what is brought, with its version
 * @param {{name: string, bring: () => Promise<void>}[]} sources in the order in which they are tried
 * @param {string} otherwise what a person does where no source has it
 */
export async function bringFromFirst(machine, title, sources, otherwise) {
  /** @type {string[]} */
  const failures = [];
  for (const { name, bring } of sources) {
    try {
      await announced(machine, `${title}: ${name}`, bring);
      return;
    } catch (error) {
      machine.say(`set-up: ${title}: no ${name} (${reasonOf(error)})`);
      failures.push(`  ${name}: ${error instanceof SetUpError ? error.message : reasonOf(error)}`);
    }
  }
  throw new SetUpError(`The ${title} can't be had.\n${failures.join('\n')}\n${otherwise}`);
}
