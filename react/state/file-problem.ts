// What can be said of a file without sending it. Its content decides, never its name or its type: phones name JPEGs
// .HEIC, and files from a messenger or an old disk often come without any type. What could be a photo is for the API to judge.

import { FORMAT_BYTES, formatOf, isPhotoFormat } from '../../domain/file-format.ts';
import { judgeUnreadable } from '../../domain/file-rules.ts';
import type { UnreadableProblem } from '../../domain/photo.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { texts } from '../texts.ts';

/** A sentence in the words of the API, or undefined when the file has to be looked into. */
export async function fileProblem(file: Blob): Promise<string | undefined> {
  if (file.size > PHOTO_LIMITS.maxBytes) return wordsOf('too_many_bytes', file);
  let head: Uint8Array;
  try {
    head = new Uint8Array(await file.slice(0, FORMAT_BYTES).arrayBuffer());
  } catch {
    // Moved or deleted since it was chosen, or not this person's to read.
    return texts.modal.cannotOpen;
  }
  const format = formatOf(head);
  return format === undefined || isPhotoFormat(format) ? undefined : wordsOf('unsupported_format', file, format);
}

function wordsOf(problem: UnreadableProblem, { size: bytes }: Blob, format?: string): string | undefined {
  return judgeUnreadable({ readable: false, problem, bytes, format })[0]?.message;
}
