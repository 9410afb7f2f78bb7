// The pre-flight report: files read one after the other, then judged as a set. An upload and an inspection answer the
// same because both come through here; the first step of a run judges with the same rules.

import { randomUUID } from 'node:crypto';
import type { z } from '@hono/zod-openapi';
import type { Finding, PhotoReport } from '../domain/photo-findings.ts';
import { PHOTO_LIMITS } from '../domain/photo-limits.ts';
import { judgeSet, type PhotoInSet, type SetReport } from '../domain/photo-set.ts';
import type { ApiDeps } from './deps.ts';
import { photoCountProblem } from './photo-count.ts';
import type { PreparedPhoto } from './ports.ts';
import type { PreflightFinding, PreflightReport } from './schemas/photo.ts';
import type { UploadedFile } from './uploads/read-photos.ts';

/** A file of the request as it was read; the id is new. */
export interface ReadFile extends PreparedPhoto {
  photoId: string;
  fileName: string;
}

/** The same with what was found. */
export interface JudgedPhoto extends ReadFile {
  report: PhotoReport;
}

export interface Preflight {
  /** In the order of the files. */
  photos: JudgedPhoto[];
  set: SetReport;
}

/**
 * Reads the files, and lets go of each once it was read: they are removed from the list. Stores nothing. Throws what
 * PhotoReader does, and the signal's reason.
 */
export async function readFiles(
  { photoReader }: Pick<ApiDeps, 'photoReader'>,
  files: UploadedFile[],
  signal: AbortSignal,
): Promise<ReadFile[]> {
  const read: ReadFile[] = [];
  // One after the other: all requests share the threads that read photos, and their short queue.
  for (let file = files.shift(); file; file = files.shift()) {
    const { fileName, size, bytes, turnBy } = file;
    const prepared: PreparedPhoto =
      size > PHOTO_LIMITS.maxBytes
        ? { reading: { readable: false, problem: 'too_many_bytes', bytes: size, format: undefined } }
        : await photoReader.prepare(bytes, signal, turnBy);
    read.push({ photoId: randomUUID(), fileName, ...prepared });
  }
  return read;
}

/** Judges the files as a set, together with photos that are there already. */
export function judgeFiles(
  files: readonly ReadFile[],
  { settings }: Pick<ApiDeps, 'settings'>,
  stored: readonly PhotoInSet[] = [],
): Preflight {
  const set = judgeSet([...stored, ...files], { maxPhotos: settings.maxPhotos });
  return { photos: files.map((file) => ({ ...file, report: reportOf(set, file.photoId) })), set };
}

/**
 * The answer to a request. `count` is of all photos that an identity would be started with: those of the request, or
 * all that the character has by now. `isKept` tells which photos have an id that a caller can use.
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

/** The photos of another person, those among them that came before this request too. */
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

function reportOf({ photos }: SetReport, photoId: string): PhotoReport {
  const report = photos.find((r) => r.photoId === photoId);
  if (!report) throw new Error('a photo was not judged');
  return report;
}
