// Other programs: run quietly, shown only when they fail, and never left behind.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { SetUpError } from './machine.mjs';

const KEPT_OUTPUT = 65_536;
// The start of a long output has the error, and the end its place.
const SHOWN_FIRST = 10;
const SHOWN_LAST = 20;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Runs a program to its end and answers its standard output. A failure has the whole output.
 * @param {string} command
 * @param {string[]} args
 * @param {{env: NodeJS.ProcessEnv, cwd?: string, timeoutMs?: number}} options
 * @returns {Promise<string>}
 */
export function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      timeout: options.timeoutMs,
      // Its own group, so that its children end with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let answer = '';
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', (chunk) => {
      answer = (answer + chunk).slice(-KEPT_OUTPUT);
      keep(chunk);
    });
    child.stderr.on('data', keep);
    const fail = (/** @type {string} */ reason) => {
      const shown = ends(output);
      reject(new SetUpError(`\`${command} ${args.join(' ')}\` ${reason}${shown && `:\n${shown}`}`));
    };
    child.on('error', (error) => {
      running.delete(child);
      fail(`could not be started (${error.message})`);
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      if (code === 0) resolve(answer);
      else fail(signal ? `was ended by ${signal}` : `failed with exit code ${code}`);
    });
  });
}

/** @param {string} output */
function ends(output) {
  const lines = output.trim().split('\n');
  if (lines.length <= SHOWN_FIRST + SHOWN_LAST) return lines.join('\n');
  return [...lines.slice(0, SHOWN_FIRST), '…', ...lines.slice(-SHOWN_LAST)].join('\n');
}

/** SIGHUP: the terminal was closed, which does not reach a separate process group. */
const ENDING = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * While `work` runs, a signal to this process ends its programs as well: an installation that went on alone would
 * collide with the next one in the same folder. Programs must be started inside `work`.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function endingProgramsOnSignal(work) {
  const stop = (/** @type {NodeJS.Signals} */ signal) => {
    for (const child of running) endGroup(child);
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of ENDING) process.on(signal, stop);
  try {
    return await work();
  } finally {
    for (const signal of ENDING) process.off(signal, stop);
  }
}

/**
 * With SIGTERM, after any signal: programs that a shell started in the background ignore SIGINT.
 * @param {import('node:child_process').ChildProcess} child
 */
function endGroup({ pid }) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // It has just ended.
  }
}
