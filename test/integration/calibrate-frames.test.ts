// The calibration of frames as a person runs it: on a few frames of real faces, with the right names and with wrong ones.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeFrameFolder } from '../../bench/calibrate/frame-folder.ts';
import { montagePeople } from '../../bench/calibrate/montage-people.ts';
import { montages } from '../../bench/calibrate/montages.ts';
import { type Ran, runNode } from '../support/run-node.ts';

let folder: string;
const run = (...args: string[]): Promise<Ran> => runNode(['bench/calibrate/main.ts', ...args]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'likeness-calibrate-frames-'));
  const { people, strangers } = await montagePeople();
  await writeFrameFolder(folder, people, montages(people, strangers, { count: 8, seed: 3 }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('frames with the right names: nobody is taken for somebody else', async () => {
  const file = join(folder, 'report.json');
  const { status, stdout } = await run('--frames', folder, '--report', file);
  expect(stdout).toMatch(/assigned right {3}(\d+) of \1, 100\.0 %/);
  expect(stdout).toMatch(/taken for cast {3}0 of 3/);
  expect(stdout).toMatch(/extra_person +3 of 3 +0/);
  expect(status).toBe(0);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    frames: 8,
    cast: { wrong: 0 },
    errors: [],
    silent: 0,
  });
});

test('frames under the names of others: the command says who is taken for whom, and ends with 2', async () => {
  const mixed = join(folder, 'mixed');
  const { people, strangers } = await montagePeople();
  const names = people.map(({ name }) => name);
  const renamed = people.map((person, i) => ({ ...person, name: names[(i + 1) % names.length] ?? '' }));
  await writeFrameFolder(mixed, renamed, montages(people, strangers, { count: 1, seed: 3 }));
  const [who = ''] = readFileSync(join(mixed, 'frames.csv'), 'utf8').split('\n')[1]?.split(',')[1]?.split(' ') ?? [];
  const { status, stdout } = await run('--frames', mixed);
  expect(stdout).toContain(
    `WRONG  0001.jpg: face 1, ${who}, is taken for ${names[(names.indexOf(who) + 1) % names.length]}`,
  );
  expect(stdout).toContain('assigned right   0 of');
  expect(status).toBe(2);
});

test('a folder that is not there, or other data beside it, ends with what to do and no stack trace', async () => {
  const nowhere = await run('--frames', join(folder, 'nowhere'));
  expect(nowhere).toMatchObject({ status: 1, stdout: '' });
  expect(nowhere.stderr).toMatch(/Make a folder for each character in it/);
  expect(nowhere.stderr.trim().split('\n')).toHaveLength(1);
  const both = await run('--frames', folder, '--data', folder);
  expect(both).toMatchObject({ status: 1, stdout: '' });
  expect(both.stderr).toContain('give it without --public, --data and --pairs');
});
