// The time-skipping test server, in which a week of waiting takes a moment: downloaded, or run from Maven's jars.

import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeOnce } from './artefact.mjs';
import { run } from './command.mjs';
import { downloadOfficial, reasonOf } from './download.mjs';
import { announced, chosenByEnv, findOnPath, SetUpError } from './machine.mjs';
import { TEST_SERVER } from './pins.mjs';
import { CACHE_NAMES } from './records.mjs';

/** @typedef {import('./setup.d.mts').Machine} Machine */

// The SDK gives a server 5 s to answer: without the second compiler and with the plain collector, the JVM needs 1 to 2.
// It ends the server by killing one process id, hence `exec`: a shell that stayed in between would leave the JVM alive.
const WRAPPER = `#!/bin/sh
exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto \\
  -cp "$(dirname "$0")/lib/*" io.temporal.testserver.TestServer "$@"
`;

/**
 * @param {Machine} machine
 * @returns {Promise<string>} an executable that takes a port as its only argument
 */
export async function resolveTestServer(machine) {
  const chosen = chosenByEnv(machine, 'TEMPORAL_TEST_SERVER');
  if (chosen) return chosen;
  const cached = join(machine.cache, CACHE_NAMES.testServer, 'temporal-test-server');
  if (!existsSync(cached)) {
    await makeOnce(machine, CACHE_NAMES.testServer, (draft) => bring(machine, join(draft, 'temporal-test-server')));
  }
  return cached;
}

/**
 * @param {Machine} machine
 * @param {string} target
 */
async function bring(machine, target) {
  const { version } = TEST_SERVER;
  try {
    await announced(machine, `Temporal test server ${version}: official download`, () =>
      downloadOfficial(machine, 'temporal-test-server', version, target),
    );
  } catch (error) {
    rmSync(target, { force: true });
    machine.say(`set-up: no official download (${reasonOf(error)}): taking the jars from Maven`);
    await assembleFromMaven(machine, target);
  }
}

/**
 * @param {Machine} machine
 * @param {string} target
 */
async function assembleFromMaven(machine, target) {
  const mvn = findOnPath(machine, 'mvn');
  if (!mvn || !findOnPath(machine, 'java')) {
    throw new SetUpError(
      'The Temporal test server can neither be downloaded nor run from its jars: that takes Java and Maven on PATH. ' +
        'Install both (Debian: apt-get install default-jre-headless maven), or set TEMPORAL_TEST_SERVER to the server.',
    );
  }
  const pom = join(machine.root, 'engine', 'test-server', 'pom.xml');
  await announced(machine, `Temporal test server ${TEST_SERVER.version}: jars from Maven`, () =>
    run(
      mvn,
      [
        ...['-q', '-B', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime'],
        `-DoutputDirectory=${join(dirname(target), 'lib')}`,
      ],
      { env: machine.env },
    ),
  );
  writeFileSync(target, WRAPPER, { mode: 0o755 });
}
