// Runs a program in our place: it has our terminal, gets our signals, and we end as it does.

import { spawn } from 'node:child_process';

const FORWARDED = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{env: NodeJS.ProcessEnv, cwd?: string}} options
 * @returns {Promise<{code: number | null, signal: NodeJS.Signals | null}>}
 */
export async function runInherited(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: 'inherit' });
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    // The terminal sends Ctrl-C to the whole process group. A second one from us would look like impatience, and many
    // programs then drop their work.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve({ code, signal }));
    });
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward);
  }
}

/**
 * Ends this process as the other one ended.
 * @param {{code: number | null, signal: NodeJS.Signals | null}} end
 */
export function endLike({ code, signal }) {
  if (signal) process.kill(process.pid, signal);
  else process.exitCode = code ?? 1;
}
