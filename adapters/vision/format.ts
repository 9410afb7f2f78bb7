// The format of a file, by its first bytes. Only JPEG, PNG and WebP go to a decoder: libvips would also open SVG, GIF,
// TIFF and AVIF, and each of those is more code that an unknown file could attack.

import { formatOf } from '../../domain/file-format.ts';
import type { UnreadablePicture, UnreadableProblem } from '../../domain/photo.ts';

/** The reading of a file that cannot be used. */
export function unreadable(bytes: Uint8Array, problem: UnreadableProblem): UnreadablePicture {
  return { readable: false, problem, bytes: bytes.byteLength, format: formatOf(bytes) };
}
