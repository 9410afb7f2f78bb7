// The time-skipping test server, which skips a week of waiting at once: chosen by a person, or installed.

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
