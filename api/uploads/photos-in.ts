// Memory for photos: that of uploads for both routes that take files, and that of pictures which become photos.

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
 * The upload memory of this process: as much as the largest upload that any setting allows. Every upload counts for 8
 * MB at least, so at most 25 are read at once: as many as may wait to be read by the threads.
 */
const memory = createUploadMemory({
  most: PHOTO_LIMITS.maxPhotosEver * PHOTO_LIMITS.maxBytes + OVERHEAD,
  least: 8 * MB,
  places: 200,
  waitMs: 30 * SECOND,
});

/** Reads the photos of a request and passes them on, when memory is free. Throws Problem and Failure: Busy. */
export async function withPhotos<T>(
  request: Request,
  { settings }: Pick<ApiDeps, 'settings'>,
  work: (files: UploadedFile[]) => Promise<T>,
): Promise<T> {
  const limits: PhotosLimits = {
    maxFiles: PHOTO_LIMITS.maxPhotosEver,
    maxFileBytes: PHOTO_LIMITS.maxBytes,
    // A request needs no more photos than a run takes.
    maxBodyBytes: settings.maxPhotos * PHOTO_LIMITS.maxBytes + OVERHEAD,
  };
  return memory.hold(expectedBytes(request, limits), request.signal, async () =>
    work(await readPhotos(request, limits)),
  );
}

/** Does the work when there is memory for so many pictures of ours. Throws Failure: Busy. */
export function withRoomFor<T>(pictures: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return memory.hold(pictures * PHOTO_LIMITS.maxBytes, signal, work);
}
