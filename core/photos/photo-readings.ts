// What vision reads from photos that are stored already: needed whenever another one comes, and the same each time. Kept
// for some minutes in this process only, because a reading has the numbers by which a face is known.

import type { PictureReading } from '../../domain/photo.ts';
import type { Ports } from '../ports/index.ts';
import type { PhotoRow } from '../ports/photos.ts';

const MINUTE_MS = 60_000;

/** The length of a session in which photos are brought together. A reading has 2 kB for each face. */
const KEPT = { forMs: 10 * MINUTE_MS, most: 2000 } as const;

export interface PhotoReadings {
  /** The reading of a stored photo; throws what FileStore and Vision do. */
  of(row: PhotoRow, signal: AbortSignal): Promise<PictureReading>;
  /** What was read already, of the file as it was sent. */
  keep(photoId: string, reading: PictureReading): void;
  /** Nothing of a photo that was deleted stays behind. */
  forget(photoId: string): void;
}

export function createPhotoReadings({ files, vision }: Pick<Ports, 'files' | 'vision'>): PhotoReadings {
  const kept = new Map<string, { reading: PictureReading; until: number }>();

  function keep(photoId: string, reading: PictureReading): void {
    kept.set(photoId, { reading, until: Date.now() + KEPT.forMs });
    // The oldest come first.
    for (const [id, { until }] of kept) {
      if (until > Date.now() && kept.size <= KEPT.most) break;
      kept.delete(id);
    }
  }

  return {
    async of({ id, object, sourceSha256 }, signal) {
      const known = kept.get(id);
      if (known && known.until > Date.now()) return known.reading;
      const reading = await vision.read(await files.get(object), signal);
      // What is stored was encoded anew; the same file again is known by what was sent.
      const asSent = reading.readable ? { ...reading, sha256: sourceSha256 } : reading;
      keep(id, asSent);
      return asSent;
    },
    keep,
    forget: (photoId) => void kept.delete(photoId),
  };
}
