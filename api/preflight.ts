// The pre-flight report: files read one after the other, then judged as a set. An upload and an inspection answer the
// same because both come through here; the first step of a run judges with the same rules.

import { randomUUID } from 'node:crypto';
import type { z } from '@hono/zod-openapi';
import type { Finding, PhotoReport } from '../domain/photo-findings.ts';
import { PHOTO_LIMITS } from '../domain/photo-limits.ts';
import { judgeSet, type SetReport } from '../domain/photo-set.ts';
import type { ApiDeps } from './deps.ts';
import { photoCountProblem } from './photo-count.ts';
import type { PreparedPhoto } from './ports.ts';
import type { PreflightFinding, PreflightReport } from './schemas/photo.ts';

/** A file of the request with what was read and found; the id is new. */
export interface JudgedPhoto extends PreparedPhoto {
  photoId: string;
  fileName: string;
  report: PhotoReport;
}

interface Preflight {
  /** In the order of the files. */
  photos: JudgedPhoto[];
  set: SetReport;
}

/** Reads and judges; stores nothing. Throws what PhotoReader does, and the signal's reason. */
export async function preflight(
  { photoReader, settings }: ApiDeps,
  files: readonly File[],
  signal: AbortSignal,
): Promise<Preflight> {
  const read = [];
  // One after the other: all requests share the threads that read photos, and their short queue.
  for (const file of files) {
    const prepared = await photoReader.prepare(new Uint8Array(await file.arrayBuffer()), signal);
    read.push({ photoId: randomUUID(), fileName: file.name, ...prepared });
  }
  const set = judgeSet(read, { maxPhotos: settings.maxPhotos });
  return { photos: read.map((photo) => ({ ...photo, report: reportOf(set, photo.photoId) })), set };
}

/**
 * The answer to a request. `count` is of all photos that an identity would be started with: those of the request, or
 * all that the character has by now. `isStored` tells which photos have an id that a caller can use.
 */
export function preflightAnswer(
  { photos, set }: Preflight,
  count: { usable: number; total: number },
  { maxPhotos, isStored }: { maxPhotos: number; isStored: (photo: JudgedPhoto) => boolean },
): z.infer<typeof PreflightReport> {
  const stranger = set.problem?.code === 'wrong_person' ? set.problem : undefined;
  const problem = stranger ?? photoCountProblem(count, maxPhotos);
  return {
    photos: photos.map((photo) => ({
      photoId: isStored(photo) ? photo.photoId : null,
      fileName: photo.fileName,
      verdict: photo.report.verdict,
      findings: photo.report.findings.map((finding) => withFileName(finding, photos)),
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

/** A caller knows the other photo of a duplicate by its file name: an id it has only when the photos are stored. */
function withFileName({ otherPhotoId, ...finding }: Finding, photos: readonly JudgedPhoto[]): PreflightFinding {
  const other = photos.find(({ photoId }) => photoId === otherPhotoId);
  return { ...finding, ...(other ? { otherFileName: other.fileName } : {}) };
}

function reportOf({ photos }: SetReport, photoId: string): PhotoReport {
  const report = photos.find((r) => r.photoId === photoId);
  if (!report) throw new Error('a photo was not judged');
  return report;
}
