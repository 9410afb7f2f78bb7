// A process of its own for what only a fresh one can tell: how long until the first reading, and how much memory.
// `probe.ts ours|plain|many FOLDER`, with the pictures image*.jpg and photo*.jpg in the folder; tells its parent a
// ProbeAnswer.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VisionThreads } from '../adapters/vision/vision.ts';

export interface ProbeAnswer {
  /** From nothing loaded to the first reading. */
  firstMs: number;
  /** Highest resident memory, bytes. */
  peak: number;
  /** Resident memory after each picture of a long run, bytes. */
  after: number[];
}

export type ProbeKind = 'ours' | 'plain' | 'many';

const MANY = 500;
/** One picture in so many of the long run is a photo of 12 megapixels, to be prepared for storing. */
const PHOTO_ONE_IN = 10;
const BYTES_PER_KB = 1024;

const [kind, folder = '.'] = process.argv.slice(2);
const picturesNamed = (beginning: string) =>
  readdirSync(folder)
    .filter((name) => name.startsWith(beginning))
    .map((name) => readFileSync(join(folder, name)));
const nth = (pictures: readonly Buffer[], i: number) => pictures[i % pictures.length] ?? Buffer.alloc(0);

const [images, photos] = [picturesNamed('image'), picturesNamed('photo')];
const started = performance.now();
const way = kind === 'plain' ? await plainWay() : await vision();
await way.read(nth(images, 0));
const firstMs = performance.now() - started;
const after = kind === 'many' ? await readMany(way, images, photos) : [];
if (kind !== 'many') {
  for (const image of images) await way.read(image);
  for (const photo of photos) await way.prepare(photo);
}
const answer: ProbeAnswer = { firstMs, peak: process.resourceUsage().maxRSS * BYTES_PER_KB, after };
process.send?.(answer, () => process.exit(0));

/** Imported here, so that loading is part of what is measured. */
async function vision(): Promise<VisionThreads> {
  const { createVision } = await import('../adapters/vision/vision.ts');
  return createVision({ threads: 1 });
}

async function plainWay() {
  const { createPlainWay } = await import('./plain-way.ts');
  return createPlainWay();
}

async function readMany(
  way: { read(bytes: Buffer): Promise<unknown>; prepare(bytes: Buffer): Promise<unknown> },
  images: readonly Buffer[],
  photos: readonly Buffer[],
): Promise<number[]> {
  const after: number[] = [];
  for (let i = 0; i < MANY; i++) {
    if (i % PHOTO_ONE_IN === 0) await way.prepare(nth(photos, i / PHOTO_ONE_IN));
    else await way.read(nth(images, i));
    after.push(process.memoryUsage().rss);
  }
  return after;
}
