// The time-skipping test server, in which a week of waiting takes a moment: chosen by a person, or brought.

import { chosenByEnv } from './machine.mjs';
import { TEST_SERVER } from './pins.mjs';
import { bringProgram } from './program.mjs';
import { CACHE_NAMES, VARIABLES } from './records.mjs';

/**
 * @param {import('./setup.d.mts').Machine} machine
 * @returns {Promise<string>} an executable that takes a port as its only argument
 */
export async function resolveTestServer(machine) {
  const chosen = chosenByEnv(machine, VARIABLES.testServer);
  if (chosen) return chosen;
  return await bringProgram(machine, TEST_SERVER, {
    folder: CACHE_NAMES.testServer,
    variable: VARIABLES.testServer,
    hint: 'take one of https://github.com/temporalio/sdk-java/releases',
  });
}
