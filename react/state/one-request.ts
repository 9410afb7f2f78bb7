// What the API takes of photos in one request. More is refused as a whole, so it is not sent.

import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';

/** @param maximum of photos that a run takes: a body may be as large as so many of the largest. */
export function fitsOneRequest(files: readonly Pick<Blob, 'size'>[], maximum: number): boolean {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return files.length <= PHOTO_LIMITS.maxPhotosEver && bytes <= maximum * PHOTO_LIMITS.maxBytes;
}
