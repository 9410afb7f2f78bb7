// Cold start and memory, measured in fresh processes.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Figure, smaller } from './figure.ts';
import { largePhotos, testImages } from './pictures.ts';
import type { ProbeAnswer, ProbeKind } from './probe.ts';
import { spreadOf } from './stats.ts';

const ROUNDS = 3;
const PICTURES = 5;
const MB = 2 ** 20;
const PROBE = fileURLToPath(new URL('./probe.ts', import.meta.url));

export async function measureColdStart(say: (line: string) => void): Promise<Figure[]> {
  const answers: Record<'ours' | 'plain', ProbeAnswer[]> = { ours: [], plain: [] };
  await withPictures(async (folder) => {
    for (let i = 1; i <= ROUNDS; i++) {
      for (const kind of ['ours', 'plain'] as const) answers[kind].push(await probe(kind, folder));
      say(`cold start: round ${i} of ${ROUNDS}`);
    }
  });
  const figure = (name: string, unit: Figure['unit'], of: (answer: ProbeAnswer) => number): Figure =>
    smaller({
      name,
      unit,
      ours: spreadOf(answers.ours.map(of)),
      other: { name: 'plain way', spread: spreadOf(answers.plain.map(of)) },
    });
  return [
    figure('cold start: nothing loaded to the first reading, 1 thread', 'ms', ({ firstMs }) => firstMs),
    figure('peak memory of the process, 5 images and 5 photos, 1 thread', 'MB', ({ peak }) => peak / MB),
  ];
}

/** The second fifth of a long run against the last: memory that is not given back would show. */
export async function measureMemory(say: (line: string) => void): Promise<Figure[]> {
  const { after, peak } = await withPictures((folder) => probe('many', folder));
  say(`memory: ${after.length} pictures`);
  const fifth = after.length / 5;
  const megabytes = (bytes: readonly number[]) => spreadOf(bytes.map((b) => b / MB));
  const early = megabytes(after.slice(fifth, 2 * fifth));
  return [
    smaller({
      name: `memory in the last fifth of ${after.length} pictures`,
      unit: 'MB',
      ours: megabytes(after.slice(-fifth)),
      other: { name: 'second fifth', spread: early },
      aim: 'flat',
    }),
    { name: `peak memory over ${after.length} pictures`, unit: 'MB', ours: megabytes([peak]) },
  ];
}

/** The pictures are made here, so that the making costs the fresh process nothing. */
async function withPictures<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-bench-'));
  try {
    for (const [i, file] of (await testImages(PICTURES)).entries()) writeFileSync(join(folder, `image${i}.jpg`), file);
    for (const [i, file] of (await largePhotos(PICTURES)).entries()) writeFileSync(join(folder, `photo${i}.jpg`), file);
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function probe(kind: ProbeKind, folder: string): Promise<ProbeAnswer> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROBE, kind, folder], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const told = new Promise<ProbeAnswer>((resolve, reject) => {
    child.once('message', (answer: ProbeAnswer) => resolve(answer));
    child.once('exit', (code, signal) =>
      reject(new Error(`The probe "${kind}" ended: ${signal ?? `exit status ${code}`}.`)),
    );
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const answer = await told;
  await gone;
  return answer;
}
