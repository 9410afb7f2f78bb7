import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeOwnership } from '../../../stack/supabase/owner-lock.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'likeness-lock-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function leaveLock(pid: number | undefined, birth: string | null): void {
  writeFileSync(join(root, 'owner.lock'), JSON.stringify({ pid, birth }));
}

test('the same process is refused too, until it gives the folder back', () => {
  const lock = takeOwnership(root);
  expect(() => takeOwnership(root)).toThrow(`in use by process ${process.pid}`);
  lock.release();
  lock.release();
  expect(readdirSync(root)).toEqual([]);
  takeOwnership(root).release();
});

test('the lock of a living process holds, that of a dead one is taken over', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  leaveLock(other.pid, null);
  expect(() => takeOwnership(root)).toThrow(`in use by process ${other.pid}`);
  const ended = once(other, 'exit');
  other.kill('SIGKILL');
  await ended;
  takeOwnership(root).release();
});

test.runIf(existsSync('/proc/self/stat'))(
  'a pid that was given to another process since does not hold the lock',
  () => {
    leaveLock(process.pid, 'another boot/1');
    takeOwnership(root).release();
  },
);

test('a lock left by an earlier process with our own pid does not hold (a container starts with the same pid)', () => {
  leaveLock(process.pid, null);
  takeOwnership(root).release();
});
