// The photo rules that do not need the face: whether the file can be read, and how large the picture is.

import type { ReadablePicture, UnreadablePicture, UnreadableProblem } from './photo.ts';
import { type Finding, rejection, warning } from './photo-findings.ts';
import { PHOTO_LIMITS } from './photo-limits.ts';

const MILLION = 1_000_000;
const EXPORT_AS_JPEG = 'Open it in a photo program and export it as JPEG.';

/** The message for each format that vision recognises by its first bytes and does not read. */
const UNSUPPORTED_TEXT: Record<string, string> = {
  heif:
    'this is a HEIC picture, whatever the file name says. Export it as JPEG; an iPhone takes JPEG with Settings > Camera > ' +
    'Formats > Most Compatible.',
  avif: `this is an AVIF picture, whatever the file name says. ${EXPORT_AS_JPEG}`,
  gif: `this is a GIF. ${EXPORT_AS_JPEG}`,
  tiff: `this is a TIFF, or a raw file of a camera. ${EXPORT_AS_JPEG}`,
  bmp: `this is a BMP. ${EXPORT_AS_JPEG}`,
  jxl: `this is a JPEG XL picture. ${EXPORT_AS_JPEG}`,
  svg: 'this is an SVG drawing. Use a JPEG, PNG or WebP photo.',
  pdf: 'this is a PDF. Use a JPEG, PNG or WebP photo.',
};

const UNREADABLE_TEXT: Record<UnreadableProblem, string> = {
  unsupported_format: 'Format not supported. Use a JPEG, PNG or WebP photo.',
  animated: 'Format not supported: an animation. Use a single photo.',
  truncated: 'The file is cut off. Upload it again from the original.',
  too_many_bytes: 'The file is larger than 10 MB. Export it smaller, about 2000 pixels wide.',
  too_many_pixels: `The picture has more than ${PHOTO_LIMITS.maxPixels / MILLION} million pixels. Export it smaller, about 2000 pixels wide.`,
  corrupt: 'The file cannot be read as a picture. Open it in a photo program and save it again.',
};

export function judgeUnreadable({ problem, bytes, format }: UnreadablePicture): Finding[] {
  const measured = problem === 'too_many_bytes' ? { value: bytes, limit: PHOTO_LIMITS.maxBytes } : {};
  const named = problem === 'unsupported_format' && format !== undefined ? UNSUPPORTED_TEXT[format] : undefined;
  return [rejection(problem, named ? `Format not supported: ${named}` : UNREADABLE_TEXT[problem], measured)];
}

/** The sides that count are those before pixels were repeated. */
export function judgeResolution({ width, height, enlarged }: ReadablePicture): Finding[] {
  const { rejectSide, warnSide } = PHOTO_LIMITS;
  const [trueWidth, trueHeight] = [Math.round(width / enlarged), Math.round(height / enlarged)];
  const value = Math.min(trueWidth, trueHeight);
  if (value >= warnSide) return [];
  const wanted = `at least ${warnSide} × ${warnSide} pixels`;
  const message =
    enlarged > 1
      ? `Low resolution: the picture was enlarged from about ${trueWidth} × ${trueHeight} pixels. Use an original of ${wanted}.`
      : `Low resolution: ${width} × ${height}. Use a photo of ${wanted}.`;
  if (value >= rejectSide) return [warning('low_resolution', message, { value, limit: warnSide })];
  return [rejection('low_resolution', message, { value, limit: rejectSide })];
}
