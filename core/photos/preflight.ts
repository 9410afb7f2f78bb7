// The pre-flight report: reads files one after the other, then judges them as a set. An upload and an inspection both
// use this code; the first step of a run uses the same rules.

import { randomUUID } from 'node:crypto';
import type { PhotoReport, QuarterTurn } from '../../domain/photo-findings.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { type PhotoOrigin, UPLOADED } from '../../domain/photo-origin.ts';
import { judgeSet, type PhotoInSet, type SetReport } from '../../domain/photo-set.ts';
import type { Ports } from '../ports/index.ts';
import type { PreparedPhoto } from '../ports/vision.ts';

/** A file of a request. */
export interface UploadedFile {
  fileName: string;
  /** The bytes of the file; empty for a file over the size limit. */
  bytes: Buffer;
  /** Bytes received. */
  size: number;
  /** Degrees by which it is turned before everything else. */
  turnBy?: QuarterTurn;
  /** Uploaded, when absent. */
  origin?: PhotoOrigin;
}

/** A file of the request as it was read; the id is new. */
export interface ReadFile extends PreparedPhoto {
  photoId: string;
  fileName: string;
  origin: PhotoOrigin;
}

/** The same with its findings. */
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
 * Vision does, and the signal's reason.
 */
export async function readFiles(
  { vision }: Pick<Ports, 'vision'>,
  files: UploadedFile[],
  signal: AbortSignal,
): Promise<ReadFile[]> {
  const read: ReadFile[] = [];
  // One after the other: all requests share the threads that read photos, and their short queue.
  for (let file = files.shift(); file; file = files.shift()) {
    const { fileName, size, bytes, turnBy, origin = UPLOADED } = file;
    const prepared: PreparedPhoto =
      size > PHOTO_LIMITS.maxBytes
        ? { reading: { readable: false, problem: 'too_many_bytes', bytes: size, format: undefined } }
        : await vision.prepare(bytes, signal, turnBy);
    read.push({ photoId: randomUUID(), fileName, origin, ...prepared });
  }
  return read;
}

/** Judges the files as a set, together with photos that are there already. */
export function judgeFiles(
  files: readonly ReadFile[],
  { settings }: Pick<Ports, 'settings'>,
  stored: readonly PhotoInSet[] = [],
): Preflight {
  const set = judgeSet([...stored, ...files], { maxPhotos: settings.maxPhotos });
  return { photos: files.map((file) => ({ ...file, report: reportOf(set, file.photoId) })), set };
}

function reportOf({ photos }: SetReport, photoId: string): PhotoReport {
  const report = photos.find((r) => r.photoId === photoId);
  if (!report) throw new Error('a photo was not judged');
  return report;
}
