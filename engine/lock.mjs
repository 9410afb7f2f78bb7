// One process at a time: a lock file with its owner in it. The lock of a killed owner is removed.

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 250;
const HEARTBEAT_MS = 10_000;
// For an owner whose process id is unknown here: another host, or another container with the same cache mounted.
const SILENT_OWNER_MS = 120_000;

/**
 * @param {string} file
 * @param {() => Promise<unknown>} work
 * @param {(owner: string) => void} [onWait]
 */
export async function withLock(file, work, onWait) {
  mkdirSync(dirname(file), { recursive: true });
  const own = JSON.stringify({ pid: process.pid, host: hostname(), nonce: Math.random() });
  let waited = false;
  while (!create(file, own)) {
    const text = read(file);
    if (text !== undefined && isStale(text, ageMs(file))) {
      breakLock(file, text);
      continue;
    }
    if (!waited && text) onWait?.(`process ${ownerOf(text)?.pid ?? 'unknown'}`);
    waited = true;
    await sleep(POLL_MS);
  }
  const heartbeat = setInterval(() => touch(file), HEARTBEAT_MS).unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if (read(file) === own) rmSync(file, { force: true });
  }
}

/**
 * @param {string} text
 * @param {number} ageMs
 */
export function isStale(text, ageMs) {
  const owner = ownerOf(text);
  if (owner?.host === hostname()) return !isAlive(owner.pid) || ageMs > SILENT_OWNER_MS;
  return ageMs > SILENT_OWNER_MS;
}

/**
 * @param {string} text
 * @returns {{pid: number, host: string} | undefined} undefined while the owner is still writing its name
 */
function ownerOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to another user.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * @param {string} file
 * @param {string} text
 */
function create(file, text) {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes exactly the stale lock. Of several that wait, one renames it; one that renames a newer lock puts it back.
 * @param {string} file
 * @param {string} judged
 */
function breakLock(file, judged) {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const taken = read(aside);
  rmSync(aside, { force: true });
  if (taken !== undefined && taken !== judged) create(file, taken);
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function ageMs(file) {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

/** @param {string} file */
function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // The folder was removed meanwhile, together with what the lock guards.
  }
}
