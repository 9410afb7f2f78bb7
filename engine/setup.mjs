// `npm run setup`: installs everything that a fresh machine lacks. Safe to repeat, also concurrently.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { resolveChromium } from './chromium.mjs';
import { endingProgramsOnSignal } from './command.mjs';
import { buildConsole } from './console.mjs';
import { asCommand, isMain } from './entry.mjs';
import { SetUpError, thisMachine } from './machine.mjs';
import { resolveModels } from './models.mjs';
import { resolvePackages } from './packages.mjs';
import { CACHE_NAMES, record, VARIABLES } from './records.mjs';
import { resolveTemporalCli } from './temporal-cli.mjs';
import { resolveTestServer } from './test-server.mjs';
import { isAtLeast } from './versions.mjs';

/** @type {Record<string, import('./setup.d.mts').Need[]>} */
const NEEDS = {
  packages: ['packages'],
  // For the image.
  models: ['models'],
  vision: ['packages', 'models'],
  start: ['packages', 'console', 'temporal', 'models'],
  test: ['packages', 'console', 'temporal', 'test-server', 'chromium', 'models'],
};

/** Things that are found or installed, recorded, and passed to programs by a variable. */
const RESOLVED = /** @type {const} */ ({
  temporal: { key: 'temporalCli', resolve: resolveTemporalCli },
  'test-server': { key: 'testServer', resolve: resolveTestServer },
  chromium: { key: 'chromium', resolve: resolveChromium },
  models: { key: 'models', resolve: resolveModels },
});

/**
 * @param {string} purpose
 */
export function needsOf(purpose) {
  const needs = NEEDS[purpose];
  if (!needs) throw new SetUpError(`Set-up is for one of ${Object.keys(NEEDS).join(', ')}, not for "${purpose}".`);
  return needs;
}

/** @param {{needs: import('./setup.d.mts').Need[], machine?: import('./setup.d.mts').Machine}} request */
export async function setUp({ needs, machine = thisMachine() }) {
  checkGround(machine);
  /** @type {import('./setup.d.mts').ResolvedPaths} */
  const paths = {};
  // All run to their end, even when one fails: a missing browser must not undo another installation. Nothing starts
  // before signals are handled.
  const outcomes = await endingProgramsOnSignal(() => {
    const packages = needs.includes('packages') ? resolvePackages(machine) : Promise.resolve();
    return Promise.allSettled(needs.map((need) => bring(need, packages, machine, paths)));
  });
  // The console fails with the packages' failure: that is printed once.
  const failures = [...new Set(outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : [])))];
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new SetUpError(failures.map((failure) => failure.message ?? failure).join('\n'));
  return paths;
}

/**
 * @param {import('./setup.d.mts').Need} need
 * @param {Promise<void>} packages
 * @param {import('./setup.d.mts').Machine} machine
 * @param {import('./setup.d.mts').ResolvedPaths} paths where what was resolved is noted
 */
async function bring(need, packages, machine, paths) {
  if (need === 'packages') return await packages;
  // Built by one of the packages.
  if (need === 'console') return await packages.then(() => buildConsole(machine));
  const { key, resolve } = RESOLVED[need];
  const path = await resolve(machine);
  record(machine.cache, CACHE_NAMES[key], path);
  paths[key] = path;
}

/** @param {import('./setup.d.mts').Machine} machine */
function checkGround({ platform, root }) {
  if (platform !== 'linux' && platform !== 'darwin') {
    throw new SetUpError(`Likeness runs on Linux and macOS, not on ${platform}. On Windows, use WSL.`);
  }
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node;
  if (!isAtLeast(process.versions.node, wanted)) {
    throw new SetUpError(`Likeness needs Node.js ${wanted} (https://nodejs.org); this is ${process.versions.node}.`);
  }
}

/** @param {import('./setup.d.mts').ResolvedPaths} paths */
export function environmentOf(paths) {
  return Object.fromEntries(
    Object.values(RESOLVED).flatMap(({ key }) => (paths[key] ? [[VARIABLES[key], paths[key]]] : [])),
  );
}

if (isMain(import.meta.url)) {
  await asCommand(async () => {
    const { values } = parseArgs({ options: { for: { type: 'string', default: 'test' } } });
    const paths = await setUp({ needs: needsOf(values.for) });
    for (const [variable, path] of Object.entries(environmentOf(paths))) process.stdout.write(`${variable}=${path}\n`);
  });
}
