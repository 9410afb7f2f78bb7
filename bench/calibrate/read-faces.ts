// From labelled photos to the distances of their faces, by the pipeline that scores test images.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Vision } from '../../adapters/vision/vision.ts';
import { descriptorDistance, type PictureReading } from '../../domain/photo.ts';
import { scorableFace } from '../../domain/score.ts';
import type { LabelledPair, LabelledPhoto, LabelledPhotos } from './labelled-photos.ts';

export interface MeasuredPair extends LabelledPair {
  /** Euclidean distance of the two descriptors. */
  distance: number;
}

export interface Measured {
  /** Sorted by distance. */
  pairs: readonly MeasuredPair[];
  /** How many photos had one face that can be scored. */
  scorable: number;
  /** The other photos, and why no face was taken from them. */
  left: readonly { name: string; reason: string }[];
  /** Names the measured pairs by the content of their photos: the same data, the same eight hex digits. */
  fingerprint: string;
}

interface Face {
  descriptor: readonly number[];
  sha256: string;
}

const PROGRESS_EVERY_MS = 2_000;

/** Reads every photo, `atOnce` at a time. A photo that cannot be scored is left out with its reason. */
export async function measure(
  { photos, pairs }: LabelledPhotos,
  vision: Vision,
  { atOnce, say }: { atOnce: number; say: (line: string) => void },
): Promise<Measured> {
  const readings = new Map<LabelledPhoto, PictureReading>();
  const progress = setInterval(() => say(`  ${readings.size} of ${photos.length} photos read`), PROGRESS_EVERY_MS);
  const waiting = photos.values();
  const readOn = async (): Promise<void> => {
    for (const photo of waiting) readings.set(photo, await vision.read(await readFile(photo.file)));
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, readOn));
  } finally {
    clearInterval(progress);
  }
  const outcomes = withoutCopies(photos, readings);
  const measured = pairs.flatMap((pair) => {
    const [a, b] = [outcomes[pair.a], outcomes[pair.b]];
    if (typeof a !== 'object' || typeof b !== 'object') return [];
    return [{ ...pair, distance: descriptorDistance(a.descriptor, b.descriptor) }];
  });
  const left = photos.flatMap(({ name }, i) => {
    const reason = outcomes[i];
    return typeof reason === 'string' ? [{ name, reason }] : [];
  });
  return {
    pairs: measured.sort((x, y) => x.distance - y.distance),
    scorable: photos.length - left.length,
    left,
    fingerprint: fingerprintOf(measured, outcomes),
  };
}

/** For each photo its face or why it has none. Of the same file twice only the first counts: it would be a pair at 0. */
function withoutCopies(
  photos: readonly LabelledPhoto[],
  readings: ReadonlyMap<LabelledPhoto, PictureReading>,
): (Face | string)[] {
  const first = new Map<string, string>();
  return photos.map((photo) => {
    const reading = readings.get(photo);
    if (!reading?.readable) return `unreadable (${reading?.problem ?? 'not read'})`;
    const twin = first.get(reading.sha256);
    if (twin) return `the same file as ${twin}`;
    first.set(reading.sha256, photo.name);
    const face = scorableFace(reading);
    return typeof face === 'string' ? face : { descriptor: face.descriptor, sha256: reading.sha256 };
  });
}

function fingerprintOf(pairs: readonly MeasuredPair[], outcomes: readonly (Face | string)[]): string {
  const sha = (place: number): string => {
    const outcome = outcomes[place];
    return typeof outcome === 'object' ? outcome.sha256 : '';
  };
  const lines = pairs.map(({ a, b, same }) => `${[sha(a), sha(b)].sort().join(' ')} ${same}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 8);
}
