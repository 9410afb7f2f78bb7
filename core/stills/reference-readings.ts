// What the references of identities show. They are the same for each picture of a batch, so they are read once and kept
// for some minutes in this process only: a reading has the descriptor of a face, which is never stored.

import type { PictureReading } from '../../domain/photo.ts';
import { type Reference, referencesOf } from '../../domain/reference-model.ts';
import type { IdentityRef } from '../../domain/steps.ts';
import { readReference } from '../identities/references.ts';
import type { Attempt } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';
import type { Vision } from '../ports/vision.ts';

const MINUTE_MS = 60_000;

/** Longer than a picture takes at the provider. A reading has 2 kB for each face. */
const KEPT = { forMs: 10 * MINUTE_MS, most: 2000 } as const;

type World = Pick<Ports, 'photos' | 'files'> & { vision: Pick<Vision, 'read'> };

export interface ReferenceReadings {
  /** The faces of the photos that are left. */
  of(ref: IdentityRef, photoIds: readonly string[], attempt: Pick<Attempt, 'signal' | 'beat'>): Promise<Reference[]>;
}

export function createReferenceReadings(
  world: World,
  { forMs, most }: { forMs: number; most: number } = KEPT,
): ReferenceReadings {
  // The oldest come first.
  const kept = new Map<string, { reading: Promise<PictureReading | undefined>; until: number }>();

  /** Undefined when the file is gone. Not bound to one attempt, because several wait for the same reading. */
  function readingOf(ref: IdentityRef, photoId: string): Promise<PictureReading | undefined> {
    const name = `${ref.tenantId}/${ref.identityId}/${photoId}`;
    const known = kept.get(name);
    if (known && known.until > Date.now()) return known.reading;
    const reading = readReference(world, ref, photoId).then((bytes) => bytes && world.vision.read(bytes));
    kept.delete(name);
    kept.set(name, { reading, until: Date.now() + forMs });
    reading.then(
      (found) => !found && kept.delete(name),
      () => kept.delete(name), // The next one tries again.
    );
    for (const [oldest, { until }] of kept) {
      if (until > Date.now() && kept.size <= most) break;
      kept.delete(oldest);
    }
    return reading;
  }

  return {
    async of(ref, photoIds, { signal, beat }) {
      const photos: { photoId: string; reading: PictureReading }[] = [];
      for (const photoId of photoIds) {
        signal.throwIfAborted();
        const reading = await readingOf(ref, photoId);
        if (reading) photos.push({ photoId, reading });
        beat({ references: photos.length, of: photoIds.length });
      }
      return referencesOf(photos);
    },
  };
}
