// Whether photos are enough for a run, and not too many. The message is the same after an upload and before a start.

import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';

interface PhotoCountProblem {
  code: 'too_few_photos' | 'too_many_photos';
  message: string;
}

/** `usable` counts what is not rejected, `total` everything. */
export function photoCountProblem(
  count: { usable: number; total: number },
  maxPhotos: number,
): PhotoCountProblem | undefined {
  const { usable, total } = count;
  if (usable < PHOTO_LIMITS.minPhotos) {
    const have = usable === total ? `there are ${usable}` : `${usable} of ${total} can be used`;
    const message = `At least ${PHOTO_LIMITS.minPhotos} reference images required: ${have}. Upload more photos.`;
    return { code: 'too_few_photos', message };
  }
  if (total > maxPhotos) {
    const message = `At most ${maxPhotos} reference images: there are ${total}. Name the best in "photoIds", or delete some.`;
    return { code: 'too_many_photos', message };
  }
  return undefined;
}
