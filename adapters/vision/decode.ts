// Turns an unknown file into upright sRGB pixels, or says why not. The content decides; the size is checked before
// unpacking. A decoder's error means damage, a warning does not: cameras write odd headers and stray bytes.

import { createHash } from 'node:crypto';
import sharp, { type Sharp } from 'sharp';
import { formatOf, isPhotoFormat } from '../../domain/file-format.ts';
import { KEPT_SIDE, type PhotoFormat, type UnreadablePicture, type UnreadableProblem } from '../../domain/photo.ts';
import type { QuarterTurn } from '../../domain/photo-findings.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import type { RgbImage } from './align.ts';
import { unreadable } from './format.ts';

// One decoder thread per vision thread, and no cache, because no picture comes twice. Both settings are per process.
sharp.concurrency(1);
sharp.cache(false);

/** The background of transparent parts: cut-outs are usually seen, and trained, on white. */
const BACKGROUND = '#ffffff';

/** Degrees, clockwise, by which a picture is turned after its EXIF orientation. */
export type Turn = 0 | QuarterTurn;

export interface PictureHeader {
  format: PhotoFormat;
  /** Pixels, after the EXIF orientation and the turn. */
  width: number;
  height: number;
}

/** Thrown by the functions here for an error of the file and not of ours. */
export class UnreadableFile extends Error {
  readonly picture: UnreadablePicture;

  constructor(bytes: Uint8Array, problem: UnreadableProblem, cause?: unknown) {
    super(`Unreadable picture: ${problem}`, { cause });
    this.picture = unreadable(bytes, problem);
  }
}

/** Format and size, read without decoding the pixels. Throws UnreadableFile. */
export async function readHeader(bytes: Uint8Array, turnBy: Turn = 0): Promise<PictureHeader> {
  if (bytes.byteLength === 0) throw new UnreadableFile(bytes, 'truncated');
  const format = formatOf(bytes);
  if (!isPhotoFormat(format)) throw new UnreadableFile(bytes, 'unsupported_format');
  const metadata = await blaming(bytes, open(bytes).metadata());
  if (metadata.format !== format) throw new UnreadableFile(bytes, 'unsupported_format');
  if ((metadata.pages ?? 1) > 1 || isAnimatedPng(bytes, format)) throw new UnreadableFile(bytes, 'animated');
  const { width, height } = metadata.autoOrient;
  return turnBy % 180 === 0 ? { format, width, height } : { format, width: height, height: width };
}

/**
 * The pixels at no more than KEPT_SIDE a side, never enlarged: upright, opaque, 8-bit sRGB. sharp converts CMYK, gray,
 * 16 bit and embedded profiles. Throws UnreadableFile.
 */
export async function decodePicture(bytes: Uint8Array, turnBy: Turn = 0): Promise<RgbImage> {
  const { data, info } = await blaming(
    bytes,
    pixelsOf(open(bytes), turnBy).catch((error) => pixelsWithEnd(bytes, turnBy, error)),
  );
  return { data, width: info.width, height: info.height };
}

function pixelsOf(picture: Sharp, turnBy: Turn) {
  return picture
    .autoOrient()
    .rotate(turnBy)
    .resize({ width: KEPT_SIDE, height: KEPT_SIDE, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: BACKGROUND })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
}

const JPEG_END = Buffer.from([0xff, 0xd9]);

/**
 * A JPEG without its end marker, which every viewer shows. With the marker added, the decoder warns of missing pixels,
 * so its warnings count here.
 */
async function pixelsWithEnd(bytes: Uint8Array, turnBy: Turn, error: unknown): ReturnType<typeof pixelsOf> {
  if (formatOf(bytes) !== 'jpeg' || Buffer.from(bytes.subarray(-2)).equals(JPEG_END)) throw error;
  return pixelsOf(open(Buffer.concat([bytes, JPEG_END]), 'warning'), turnBy).catch(() => {
    throw error;
  });
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function open(bytes: Uint8Array, failOn: 'error' | 'warning' = 'error'): Sharp {
  return sharp(bytes, { limitInputPixels: PHOTO_LIMITS.maxPixels, failOn });
}

/**
 * sharp reads the first picture of an animated PNG without a sign; the control chunk before the pixels has the number
 * of pictures. One picture is no animation.
 */
function isAnimatedPng(bytes: Uint8Array, format: PhotoFormat): boolean {
  if (format !== 'png') return false;
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const control = file.indexOf('acTL');
  return control >= 0 && control < file.indexOf('IDAT') && file.readUInt32BE(control + 'acTL'.length) !== 1;
}

async function blaming<T>(bytes: Uint8Array, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new UnreadableFile(bytes, problemOf(bytes, error instanceof Error ? error.message : ''), error);
  }
}

/** sharp's errors differ only by text; where the text is ambiguous, the end of the file decides. */
function problemOf(bytes: Uint8Array, message: string): UnreadableProblem {
  if (/exceeds pixel limit/i.test(message)) return 'too_many_pixels';
  if (/premature end/i.test(message) || isCutOff(bytes)) return 'truncated';
  return 'corrupt';
}

function isCutOff(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = formatOf(bytes);
  if (format === 'png') return file.indexOf('IEND') < 0;
  const RIFF_HEADER = 8;
  if (format === 'webp') return file.length < RIFF_HEADER + file.readUInt32LE(4);
  return false;
}
