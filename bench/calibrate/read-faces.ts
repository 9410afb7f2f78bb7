// From labelled photos to the distances of their faces, by the pipeline that scores test images.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { VisionThreads } from '../../adapters/vision/vision.ts';
import { descriptorDistance, type PictureReading } from '../../domain/photo.ts';
import type { Reference } from '../../domain/reference-model.ts';
import { scorableFace } from '../../domain/score.ts';
import type { LabelledPair, LabelledPhoto, LabelledPhotos } from './labelled-photos.ts';

export interface MeasuredPair extends LabelledPair {
  /** Euclidean distance of the two descriptors. */
  distance: number;
}

export interface Measured {
  /** Sorted by distance. */
  pairs: readonly MeasuredPair[];
  /** For each photo its face; none when it has no face that can be scored. */
  faces: readonly (Reference | undefined)[];
  /** The other photos, and why no face was taken from them. */
  left: readonly { name: string; reason: string }[];
  /** Names the measured pairs by the content of their photos: the same data, the same eight hex digits. */
  fingerprint: string;
}

const PROGRESS_EVERY_MS = 2_000;

/** Reads every photo, `atOnce` at a time. A photo that cannot be scored is left out with its reason. */
export async function measure(
  { photos, pairs }: LabelledPhotos,
  vision: VisionThreads,
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
  return measuredFrom({ photos, pairs }, (photo) => readings.get(photo));
}

/** The same from readings that are there already. */
export function measuredFrom(
  { photos, pairs }: LabelledPhotos,
  readingOf: (photo: LabelledPhoto) => PictureReading | undefined,
): Measured {
  const outcomes = withoutCopies(photos, readingOf);
  const faces = outcomes.map((outcome) => (typeof outcome === 'object' ? outcome : undefined));
  const measured: MeasuredPair[] = [];
  for (const { a, b, same } of pairs) {
    const [one, other] = [faces[a]?.face, faces[b]?.face];
    if (one && other) measured.push({ a, b, same, distance: descriptorDistance(one.descriptor, other.descriptor) });
  }
  const left = photos.flatMap(({ name }, i) => {
    const reason = outcomes[i];
    return typeof reason === 'string' ? [{ name, reason }] : [];
  });
  measured.sort((x, y) => x.distance - y.distance);
  return { pairs: measured, faces, left, fingerprint: fingerprintOf(measured, faces) };
}

/** For each photo its face or why it has none. Of the same file twice only the first counts: it would be a pair at 0. */
function withoutCopies(
  photos: readonly LabelledPhoto[],
  readingOf: (photo: LabelledPhoto) => PictureReading | undefined,
): (Reference | string)[] {
  const first = new Map<string, string>();
  return photos.map((photo) => {
    const picture = readingOf(photo);
    if (!picture?.readable) return `unreadable (${picture?.problem ?? 'not read'})`;
    const twin = first.get(picture.sha256);
    if (twin) return `the same file as ${twin}`;
    first.set(picture.sha256, photo.name);
    const face = scorableFace(picture);
    return typeof face === 'string' ? face : { photoId: photo.name, picture, face };
  });
}

function fingerprintOf(pairs: readonly MeasuredPair[], faces: readonly (Reference | undefined)[]): string {
  const sha = (place: number): string => faces[place]?.picture.sha256 ?? '';
  const lines = pairs.map(({ a, b, same }) => `${[sha(a), sha(b)].sort().join(' ')} ${same}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 8);
}
