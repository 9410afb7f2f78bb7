// Cached vision readings of stored photos: each new photo needs them, and they do not change. They are kept for some
// minutes in this process only, because a reading has the face's descriptor.

import type { PictureReading } from '../../domain/photo.ts';
import type { Ports } from '../ports/index.ts';
import type { PhotoRow } from '../ports/photos.ts';

const MINUTE_MS = 60_000;

/** The length of an upload session. A reading has 2 kB for each face. */
const KEPT = { forMs: 10 * MINUTE_MS, most: 2000 } as const;

export interface PhotoReadings {
  /** The reading of a stored photo; throws what FileStore and Vision do. */
  of(row: PhotoRow, signal: AbortSignal): Promise<PictureReading>;
  /** The cached reading of a file, by the uploaded bytes. */
  keep(photoId: string, reading: PictureReading): void;
  /** Removes the reading of a deleted photo. */
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
      // A stored photo was encoded anew; the same file is recognised by the hash of the upload.
      const asSent = reading.readable ? { ...reading, sha256: sourceSha256 } : reading;
      keep(id, asSent);
      return asSent;
    },
    keep,
    forget: (photoId) => void kept.delete(photoId),
  };
}
