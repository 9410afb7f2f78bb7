import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isStale, withLock } from '../../../engine/lock.mjs';
import { fakeMachine } from './fake-machine.ts';

const JUST_NOW_MS = 0;
const LONG_AGO_MS = 3_600_000;

/** The id of a process that has ended. */
const deadPid = () => spawnSync('true').pid;

const lockOf = (pid: number, host = hostname()) => JSON.stringify({ pid, host });

test.each([
  ['a living process here', lockOf(process.pid), JUST_NOW_MS, false],
  ['a dead process here', lockOf(deadPid()), JUST_NOW_MS, true],
  [
    'a process here that gave no sign for an hour (its id was given to another)',
    lockOf(process.pid),
    LONG_AGO_MS,
    true,
  ],
  ['a process of another host', lockOf(deadPid(), 'elsewhere'), JUST_NOW_MS, false],
  ['a process of another host, silent for an hour', lockOf(process.pid, 'elsewhere'), LONG_AGO_MS, true],
  ['a process that is just writing its name', '', JUST_NOW_MS, false],
  ['a process that died before it wrote its name', '', LONG_AGO_MS, true],
])('the lock of %s', (_, text, ageMs, stale) => {
  expect(isStale(text, ageMs)).toBe(stale);
});

test('the lock of a dead process does not stop the next one', async () => {
  const file = join(fakeMachine().folder, 'x.lock');
  writeFileSync(file, lockOf(deadPid()));
  expect(await withLock(file, async () => 'done')).toBe('done');
  expect(existsSync(file)).toBe(false);
});

test('only one works at a time, many waiting behind a dead owner included', async () => {
  const file = join(fakeMachine().folder, 'x.lock');
  writeFileSync(file, lockOf(deadPid()));
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await sleep(20);
    inside--;
  };
  await Promise.all(Array.from({ length: 5 }, () => withLock(file, work)));
  expect(most).toBe(1);
});

test('a lock is given back when the work fails', async () => {
  const file = join(fakeMachine().folder, 'x.lock');
  await expect(withLock(file, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(existsSync(file)).toBe(false);
});
