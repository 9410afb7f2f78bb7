// One process at a time owns a data folder. PGlite itself has no lock: two processes on one folder both acknowledge
// every write and corrupt the indexes.

import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LOCK_FILE = 'owner.lock';

/** The owner of a lock. `birth` distinguishes two processes with the same pid; null where the system hides it. */
interface Owner {
  pid: number;
  birth: string | null;
}

export interface OwnerLock {
  /** Releases the folder. Safe to call twice. */
  release(): void;
}

/** The locks of this process, for systems on which `birth` is unknown. */
const heldHere = new Set<string>();

/**
 * Makes this process the owner of `root` (created when missing). A lock left behind by a dead process is taken over,
 * also when its pid has been given to another process since. Processes that cannot see each other's pids (two
 * containers on one volume) are not distinguished.
 * @throws Error that names the owner's pid when the folder is in use.
 */
export function takeOwnership(root: string): OwnerLock {
  mkdirSync(root, { recursive: true });
  const lockFile = join(root, LOCK_FILE);
  const mine = JSON.stringify({ pid: process.pid, birth: processBirth(process.pid) } satisfies Owner);
  while (!linkComplete(lockFile, mine)) {
    const found = readIfThere(lockFile);
    if (found === null) continue;
    const owner = JSON.parse(found) as Owner;
    if (isAlive(owner, lockFile) || !removeStale(lockFile, found)) throw inUse(root, owner.pid);
  }
  heldHere.add(lockFile);
  return {
    release() {
      if (!heldHere.delete(lockFile)) return;
      if (readIfThere(lockFile) === mine) rmSync(lockFile, { force: true });
    },
  };
}

function inUse(root: string, pid: number): Error {
  return new Error(
    `The data folder ${root} is in use by process ${pid}. Stop that process first, or choose another data folder.`,
  );
}

/** Puts the lock in place with its whole content at once (a hard link), so that no process reads half of it. */
function linkComplete(lockFile: string, content: string): boolean {
  const draft = `${lockFile}.${randomUUID()}`;
  writeFileSync(draft, content);
  try {
    linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves a stale lock away; false when another process had put its own there in the meantime. */
function removeStale(lockFile: string, expected: string): boolean {
  const aside = `${lockFile}.${randomUUID()}`;
  try {
    renameSync(lockFile, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return true;
    throw error;
  }
  const moved = readFileSync(aside, 'utf8');
  if (moved !== expected) linkSync(aside, lockFile);
  rmSync(aside, { force: true });
  return moved === expected;
}

function isAlive(owner: Owner, lockFile: string): boolean {
  if (!signalReaches(owner.pid)) return false;
  const birth = processBirth(owner.pid);
  if (birth !== null && owner.birth !== null) return birth === owner.birth;
  if (birth === null && owner.birth !== null) return false;
  return owner.pid !== process.pid || heldHere.has(lockFile);
}

function signalReaches(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to another user.
    return errorCode(error) === 'EPERM';
  }
}

/**
 * The boot and the clock tick at which a process started (Linux, proc(5): field 22 of stat), or null without /proc,
 * without such a process, or for a dead process that was not waited for (state Z or X).
 */
function processBirth(pid: number): string | null {
  const stat = readIfThere(`/proc/${pid}/stat`);
  const boot = readIfThere('/proc/sys/kernel/random/boot_id');
  if (stat === null || boot === null) return null;
  // Field 2, the name in parentheses, may hold spaces: count from behind it.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startTick = rest[18];
  return startTick === undefined || state === 'Z' || state === 'X' ? null : `${boot.trim()}/${startTick}`;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH') return null;
    throw error;
  }
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
