// The door of both routes that take photos.

import type { UploadedFile } from '../../core/photos/preflight.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import type { ApiDeps } from '../deps.ts';
import { expectedBytes, type PhotosLimits, readPhotos } from './read-photos.ts';
import { createUploadMemory } from './upload-memory.ts';

const KB = 1024;
const MB = KB * KB;
const SECOND = 1000;
/** Boundaries and part headers of a multipart body. */
const OVERHEAD = 64 * KB;

/**
 * Of this process, whoever asks: as much as the largest upload that any setting allows. No upload counts for less than
 * 8 MB, so that at most 25 are read at once: that many, and no more, find a place among those whose photos wait to be read.
 */
const memory = createUploadMemory({
  most: PHOTO_LIMITS.maxPhotosEver * PHOTO_LIMITS.maxBytes + OVERHEAD,
  least: 8 * MB,
  places: 200,
  waitMs: 30 * SECOND,
});

/** Reads the photos of a request and hands them on, while there is memory for them. Throws Problem and Failure: Busy. */
export async function withPhotos<T>(
  request: Request,
  { settings }: Pick<ApiDeps, 'settings'>,
  work: (files: UploadedFile[]) => Promise<T>,
): Promise<T> {
  const limits: PhotosLimits = {
    maxFiles: PHOTO_LIMITS.maxPhotosEver,
    maxFileBytes: PHOTO_LIMITS.maxBytes,
    // More than a run takes need not come at once.
    maxBodyBytes: settings.maxPhotos * PHOTO_LIMITS.maxBytes + OVERHEAD,
  };
  return memory.hold(expectedBytes(request, limits), request.signal, async () =>
    work(await readPhotos(request, limits)),
  );
}
