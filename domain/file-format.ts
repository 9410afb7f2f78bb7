// The format of a file, by its first bytes. Its name and its MIME type can be wrong.

import { PHOTO_FORMATS, type PhotoFormat } from './photo.ts';

/** Each character stands for the byte of its code. */
const SIGNATURES: readonly { format: string; at: number; bytes: string }[] = [
  // Some cameras write stray bytes before the next marker.
  { format: 'jpeg', at: 0, bytes: '\xff\xd8' },
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

/** The compatible brands that mark a file of a general HEIF brand as AVIF (ISO/IEC 23008-12). */
const GENERAL_HEIF = /^[\s\S]{4}ftypm[is]f1/;
const AVIF_BRAND = /avi[fs]/;

/** The number of bytes that `formatOf` reads. */
export const FORMAT_BYTES = 256;

/** The format's name, or undefined for none that we know. */
export function formatOf(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, FORMAT_BYTES));
  if (GENERAL_HEIF.test(head) && AVIF_BRAND.test(head.slice(0, head.charCodeAt(3)))) return 'avif';
  const known = SIGNATURES.find((signature) => head.startsWith(signature.bytes, signature.at));
  return known?.format ?? (SVG_START.test(head) ? 'svg' : undefined);
}

/** Whether photos may have this format. */
export function isPhotoFormat(format: string | undefined): format is PhotoFormat {
  return PHOTO_FORMATS.some((known) => known === format);
}
