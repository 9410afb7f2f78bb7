// The Temporal CLI with its dev server: found, downloaded, or built from pinned sources.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeOnce } from './artefact.mjs';
import { run } from './command.mjs';
import { downloadOfficial, reasonOf } from './download.mjs';
import { announced, chosenByEnv, findOnPath, SetUpError } from './machine.mjs';
import { TEMPORAL_CLI } from './pins.mjs';
import { CACHE_NAMES } from './records.mjs';
import { isAtLeast } from './versions.mjs';

/** @typedef {import('./setup.d.mts').Machine} Machine */

const PROBE_MS = 10_000;
const STILL_BUILDING_MS = 20_000;
const OTHER_WAYS = 'Or install the Temporal CLI (https://docs.temporal.io/cli) and set TEMPORAL_CLI to its path.';

/**
 * @param {Machine} machine
 * @returns {Promise<string>} the executable
 */
export async function resolveTemporalCli(machine) {
  const chosen = chosenByEnv(machine, 'TEMPORAL_CLI');
  if (chosen) return chosen;
  const cached = join(machine.cache, CACHE_NAMES.temporalCli, 'temporal');
  if (existsSync(cached)) return cached;
  const installed = await usableOnPath(machine);
  if (installed) return installed;
  await makeOnce(machine, CACHE_NAMES.temporalCli, (draft) => bring(machine, join(draft, 'temporal')));
  return cached;
}

/** @param {Machine} machine */
async function usableOnPath(machine) {
  const file = findOnPath(machine, 'temporal');
  if (!file) return undefined;
  const probe = { env: machine.env, timeoutMs: PROBE_MS };
  try {
    const version = (await run(file, ['--version'], probe)).trim();
    if (!isAtLeast(version, TEMPORAL_CLI.oldestOnPath)) {
      machine.say(`set-up: ${file} is "${version}", older than ${TEMPORAL_CLI.oldestOnPath}: not used`);
      return undefined;
    }
    await run(file, ['server', 'start-dev', '--help'], probe);
    return file;
  } catch {
    machine.say(`set-up: ${file} has no working dev server: not used`);
    return undefined;
  }
}

/**
 * @param {Machine} machine
 * @param {string} target
 */
async function bring(machine, target) {
  const { version } = TEMPORAL_CLI;
  try {
    await announced(machine, `Temporal CLI ${version}: official download`, async () => {
      await downloadOfficial(machine, 'cli', version, target);
      const answer = await run(target, ['--version'], { env: machine.env, timeoutMs: PROBE_MS });
      if (!answer.includes(version)) throw new SetUpError(`it says "${answer.trim()}"`);
    });
  } catch (error) {
    rmSync(target, { force: true });
    machine.say(`set-up: no official download (${reasonOf(error)}): building from the pinned Go sources`);
    await buildWithGo(machine, target);
  }
}

/**
 * Builds what temporal-cli/go.mod names; its go.sum pins every byte of the sources. `go install …@version` would not
 * do: it refuses modules with a replace directive, and the CLI's has one.
 * @param {Machine} machine
 * @param {string} target
 */
async function buildWithGo(machine, target) {
  const recipe = join(machine.root, 'engine', 'temporal-cli');
  const oldestGo = /^go (\S+)$/m.exec(readFileSync(join(recipe, 'go.mod'), 'utf8'))?.[1] ?? '';
  const go = findOnPath(machine, 'go');
  if (!go) {
    throw new SetUpError(
      `The Temporal CLI can neither be downloaded nor built: no Go on PATH. ` +
        `Install Go ${oldestGo} or newer (https://go.dev/dl). ${OTHER_WAYS}`,
    );
  }
  const env = { ...machine.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' };
  await checkGo(go, env, recipe, oldestGo);

  // A build leaves some 2 GB in Go's build cache. Where a person has one already, it is theirs and makes us faster;
  // where there is none, ours lives beside the draft and goes with it. Downloaded modules stay where Go keeps them.
  const usersCache = (await run(go, ['env', 'GOCACHE'], { env, cwd: recipe })).trim();
  const ownCache = existsSync(usersCache) ? undefined : `${target}.go-build`;

  const began = performance.now();
  const progress = setInterval(() => {
    machine.say(`set-up: still building the Temporal CLI, ${Math.round((performance.now() - began) / 1000)} s so far`);
  }, STILL_BUILDING_MS);
  try {
    await announced(machine, `Temporal CLI ${TEMPORAL_CLI.version}: Go build (once; about 4 minutes on 2 cores)`, () =>
      run(
        go,
        [
          'build',
          '-mod=readonly',
          '-buildvcs=false',
          '-ldflags',
          `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${TEMPORAL_CLI.version}`,
          '-o',
          target,
          'github.com/temporalio/cli/cmd/temporal',
        ],
        { env: ownCache ? { ...env, GOCACHE: ownCache } : env, cwd: recipe },
      ),
    );
  } finally {
    clearInterval(progress);
    if (ownCache) rmSync(ownCache, { recursive: true, force: true });
  }
}

/**
 * Asked inside the recipe's module, an older Go brings the newer toolchain by itself, unless GOTOOLCHAIN forbids it or
 * it is older than 1.21.
 * @param {string} go
 * @param {NodeJS.ProcessEnv} env
 * @param {string} recipe
 * @param {string} oldestGo
 */
async function checkGo(go, env, recipe, oldestGo) {
  const version = await run(go, ['env', 'GOVERSION'], { env, cwd: recipe }).catch(reasonOf);
  if (version && isAtLeast(version, oldestGo)) return;
  throw new SetUpError(
    `The Temporal CLI needs Go ${oldestGo} to be built; this one answers "${version?.trim()}". ` +
      `Install it (https://go.dev/dl), or unset GOTOOLCHAIN=local so that Go fetches it. ${OTHER_WAYS}`,
  );
}
