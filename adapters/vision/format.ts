// What a file is, by its first bytes. Only JPEG, PNG and WebP go on to a decoder: libvips would also open SVG, GIF,
// TIFF and AVIF, and each of those is more code that a stranger's file could reach.

import type { UnreadablePicture, UnreadableProblem } from '../../domain/photo.ts';

const SIGNATURES: readonly { format: string; at: number; bytes: string }[] = [
  { format: 'jpeg', at: 0, bytes: '\xff\xd8\xff' },
  { format: 'png', at: 0, bytes: '\x89PNG\r\n\x1a\n' },
  { format: 'webp', at: 8, bytes: 'WEBP' },
  { format: 'gif', at: 0, bytes: 'GIF8' },
  { format: 'tiff', at: 0, bytes: 'II*\0' },
  { format: 'tiff', at: 0, bytes: 'MM\0*' },
  { format: 'avif', at: 4, bytes: 'ftypavi' },
  { format: 'heif', at: 4, bytes: 'ftyphe' },
  { format: 'heif', at: 4, bytes: 'ftypmif1' },
  { format: 'heif', at: 4, bytes: 'ftypmsf1' },
  { format: 'jxl', at: 0, bytes: '\xff\x0a' },
  { format: 'jxl', at: 4, bytes: 'JXL ' },
  { format: 'bmp', at: 0, bytes: 'BM' },
  { format: 'pdf', at: 0, bytes: '%PDF' },
];

/** A drawing starts with one of these, after white space and a byte order mark. */
const SVG_START = /^(?:\xef\xbb\xbf)?\s*<(?:\?xml|!DOCTYPE svg|!--|svg)/i;
const TEXT_PROBE_BYTES = 256;

/** Of a file of the general HEIF brands, what tells AVIF among the brands that it is compatible with (ISO/IEC 23008-12). */
const GENERAL_HEIF = /^[\0-\xff]{4}ftypm[is]f1/;
const AVIF_BRAND = /avi[fs]/;

/** The format's name, or undefined for none that we know. */
export function formatOf(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, TEXT_PROBE_BYTES)).toString('latin1');
  if (GENERAL_HEIF.test(head) && AVIF_BRAND.test(head.slice(0, head.charCodeAt(3)))) return 'avif';
  const known = SIGNATURES.find((signature) => head.startsWith(signature.bytes, signature.at));
  return known?.format ?? (SVG_START.test(head) ? 'svg' : undefined);
}

/** The reading of a file that cannot be used. */
export function unreadable(bytes: Uint8Array, problem: UnreadableProblem): UnreadablePicture {
  return { readable: false, problem, bytes: bytes.byteLength, format: formatOf(bytes) };
}
