// The pre-flight report as an answer.

import type { z } from '@hono/zod-openapi';
import { photoCountProblem } from '../core/photos/photo-count.ts';
import type { JudgedPhoto, Preflight } from '../core/photos/preflight.ts';
import type { Finding } from '../domain/photo-findings.ts';
import { PHOTO_LIMITS } from '../domain/photo-limits.ts';
import type { SetReport } from '../domain/photo-set.ts';
import type { PreflightFinding, PreflightReport } from './schemas/photo.ts';

/**
 * The answer to a request. `count` is of all photos that an identity would start with: those of the request, or all of
 * the character now. `isKept` says which photos have an id that a caller can use.
 */
export function preflightAnswer(
  { photos, set }: Preflight,
  count: { usable: number; total: number },
  { maxPhotos, isKept }: { maxPhotos: number; isKept: (photoId: string) => boolean },
): z.infer<typeof PreflightReport> {
  const stranger = set.problem?.code === 'wrong_person' ? set.problem : undefined;
  const problem = stranger ? { ...stranger, ...namedIn(set, isKept) } : photoCountProblem(count, maxPhotos);
  return {
    photos: photos.map((photo) => ({
      photoId: isKept(photo.photoId) ? photo.photoId : null,
      fileName: photo.fileName,
      ...(photo.origin.kind === 'generated' ? { pictureId: photo.origin.pictureId } : {}),
      verdict: photo.report.verdict,
      findings: photo.report.findings.map((finding) => withOther(finding, photos, isKept)),
    })),
    set: {
      ...count,
      minimum: PHOTO_LIMITS.minPhotos,
      maximum: maxPhotos,
      sufficient: problem === undefined,
      ...(problem ? { problem } : {}),
    },
    advice: set.advice,
  };
}

/** The photos of another person, also earlier ones of the character. */
function namedIn({ photos }: SetReport, isKept: (photoId: string) => boolean): { photoIds?: string[] } {
  const named = photos.filter(({ photoId, findings }) => isKept(photoId) && findings.some(isStranger));
  return named.length > 0 ? { photoIds: named.map(({ photoId }) => photoId) } : {};
}

const isStranger = ({ code, severity }: Finding) => code === 'wrong_person' && severity === 'rejection';

/** The other photo of a duplicate: by its place and name in the request, and by its id once it is stored. */
function withOther(
  { otherPhotoId, ...finding }: Finding,
  photos: readonly JudgedPhoto[],
  isKept: (photoId: string) => boolean,
): PreflightFinding {
  if (otherPhotoId === undefined) return finding;
  const otherIndex = photos.findIndex(({ photoId }) => photoId === otherPhotoId);
  const other = photos[otherIndex];
  return {
    ...finding,
    ...(isKept(otherPhotoId) ? { otherPhotoId } : {}),
    ...(other ? { otherIndex, otherFileName: other.fileName } : {}),
  };
}
