// The calibration as a person runs it: on a small folder of real photos it finds no error, on the same photos with the
// names mixed up it finds nothing but errors.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CalibrationReport } from '../../bench/calibrate/report.ts';
import { CALIBRATION } from '../../domain/score.ts';
import { franck, photo } from '../support/photos.ts';
import { type Ran, runNode } from '../support/run-node.ts';

interface Run {
  report: CalibrationReport;
  printed: string;
  code: number;
}

let folder: string;
let right: Run;
let mixed: Run;

/** Four people, three photos each. Of three of them there is one photo: the others are its mirror, and a darker, turned copy. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'likeness-calibrate-'));
  const people = { franck: await franck(3), ...(await threeOfEach(['audrey', 'cage', 'SeanConnery'])) };
  const photos = Object.values(people);
  for (const [who, own] of Object.entries(people))
    own.forEach((bytes, i) => {
      put(`right/${who}/${i}.jpg`, bytes);
    });
  // Two of twelve pairs stay pairs of one person, as many as chance would leave.
  const MIXED = ['0.0 0.1 3.2', '1.1 1.2 2.0', '2.1 3.0 0.2', '3.1 1.0 2.2'];
  MIXED.forEach((row, person) => {
    row.split(' ').forEach((from, i) => {
      const [who, which] = from.split('.').map(Number);
      const bytes = photos[who ?? 0]?.[which ?? 0];
      if (bytes) put(`mixed/${person}/${i}.jpg`, bytes);
    });
  });
  put('right/audrey/notes.txt', Buffer.from('not a picture'));
  right = await calibrate('right');
  mixed = await calibrate('mixed');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, bytes: Buffer): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), bytes);
}

async function threeOfEach(names: readonly string[]): Promise<Record<string, Buffer[]>> {
  const three = async (name: string): Promise<[string, Buffer[]]> => {
    const first = await photo(`${name}.jpg`);
    const mirrored = await sharp(first).flop().jpeg().toBuffer();
    const darker = await sharp(first)
      .rotate(12, { background: '#888' })
      .modulate({ brightness: 0.8 })
      .jpeg()
      .toBuffer();
    return [name, [first, mirrored, darker]];
  };
  return Object.fromEntries(await Promise.all(names.map(three)));
}

async function calibrate(data: string): Promise<Run> {
  const file = join(folder, 'reports', `${data}.json`);
  // Where a group falls out the command ends with 2, and has reported all the same.
  const { stdout, status } = await run('--data', join(folder, data), '--report', file);
  return { report: JSON.parse(readFileSync(file, 'utf8')), printed: stdout, code: status };
}

const run = (...args: string[]): Promise<Ran> => runNode(['bench/calibrate/main.ts', ...args]);

test('photos with the right names: no error, and four people prove nothing yet', () => {
  const { report, printed, code } = right;

  expect(report).toMatchObject({
    persons: 4,
    photos: {
      given: 13,
      scorable: 12,
      left: [{ name: 'audrey/notes.txt', reason: 'unreadable (unsupported_format)' }],
    },
    parts: { fit: { persons: 0 }, check: { persons: 4, genuine: 12, impostor: 54 } },
    shipped: {
      ...CALIBRATION,
      state: 'unproven',
      rows: [{ rocAuc: { value: 1, low: 1 }, at85: { passed: { share: 1 }, falseAccepts: { count: 0 } } }],
    },
  });
  expect(report.fitted).toBeUndefined();
  expect(printed).toContain('nobody: too few people to fit on some and check on others');
  expect(printed).toContain(`No error was seen, but ${CALIBRATION.version} is unproven on these photos`);
  expect(code).toBe(0);
});

test('the same photos under mixed-up names: as good as chance, and the command ends with 2', () => {
  const { report, printed, code } = mixed;
  const [row] = report.shipped.rows;

  expect(report.photos).toMatchObject({ given: 12, scorable: 12 });
  expect(row?.rocAuc.value).toBeGreaterThan(0.3);
  expect(row?.rocAuc.value).toBeLessThan(0.7);
  expect(row?.at85.falseAccepts.count).toBeGreaterThan(0);
  expect(report.shipped.state).toBe('falls out');
  expect(printed).toContain('Falls out: everybody.');
  expect(printed).toContain('Check the labels');
  expect(code).toBe(2);
});

test('the same photos lie as far apart in every run, to the last digit', () => {
  const ends = ({ report: { distances } }: Run) => ({
    closest: Math.min(distances.genuine.min, distances.impostor.min),
    farthest: Math.max(distances.genuine.max, distances.impostor.max),
  });

  expect(ends(mixed)).toEqual(ends(right));
});

test('a folder that is not there ends with what to do, and no stack trace', async () => {
  const failure = await run('--data', join(folder, 'nowhere'));

  expect(failure).toMatchObject({ status: 1, stdout: '' });
  expect(failure.stderr).toMatch(/nowhere is no folder that can be read\. Make one folder a person/);
  expect(failure.stderr.trim().split('\n')).toHaveLength(1);
});
