// The pixels of stills by sharp, whose work is done on threads of its own. What runs on the event loop is the blending of
// one face, a few rows at a time.

import { setImmediate as nextTurn } from 'node:timers/promises';
import sharp from 'sharp';
import type { KeptPicture, Painting } from '../../core/ports/painting.ts';
import { Failure } from '../../domain/failure.ts';
import type { RgbImage } from './align.ts';
import { decodePicture, readHeader, sha256, UnreadableFile } from './decode.ts';
import { faceMask, PAINTED } from './face-mask.ts';
import { ofPixels } from './pixels.ts';
import { createSemaphore } from './semaphore.ts';

/** Pictures at the same time: each is up to 50 MB while its pixels are open. */
const CONCURRENCY = 2;
const CAPACITY = 200;
/** How far the form of what was painted may be off, as a share: providers round sides to whole blocks. */
const SAME_FORM = 0.03;
/** The soft edge, as a share of the mask's smaller side; at least so many pixels. */
const FEATHER = 0.06;
const MIN_FEATHER = 2;
/** Pixels that are blended before the event loop has its turn: about a millisecond. */
const BLENDED_AT_ONCE = 100_000;
/** Of zlib: the file is a few percent larger than with the default of 6, and is made in half the time. */
const COMPRESSION = 3;
const PREVIEW_QUALITY = 80;

export function createPainting(): Painting {
  const semaphore = createSemaphore({ concurrency: CONCURRENCY, capacity: CAPACITY });
  async function run<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    return semaphore.run(work, signal);
  }
  return {
    keep: (drawn, signal) => run(async () => kept(await picture(drawn)), signal),
    mask: (size, face, others, signal) =>
      run(async () => {
        const { width, height } = size;
        return sharp(faceMask(size, face, others), { raw: { width, height, channels: 1 } })
          .toColourspace('b-w')
          .png({ compressionLevel: COMPRESSION })
          .toBuffer();
      }, signal),
    composite: (base, painted, mask, signal) =>
      run(async () => {
        const [under, over] = [await decodePicture(base), await picture(painted)];
        const [fitted, alpha] = [await fittedTo(under, over), await softMask(mask, under)];
        await blend(under, fitted, alpha);
        return kept(under);
      }, signal),
    preview: (bytes, longest, signal) =>
      run(
        () =>
          sharp(bytes)
            .resize({ width: longest, height: longest, fit: 'inside', withoutEnlargement: true })
            .jpeg({ quality: PREVIEW_QUALITY })
            .toBuffer(),
        signal,
      ),
  };
}

/** Of a provider: its size is known before it is unpacked, and it is shrunk to at most 2048 pixels a side. */
async function picture(bytes: Uint8Array): Promise<RgbImage> {
  try {
    await readHeader(bytes);
    return await decodePicture(bytes);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    const message = `The provider answered with a file that is no picture: ${error.picture.problem}.`;
    throw new Failure('ProviderFailed', message, { cause: error });
  }
}

async function kept(image: RgbImage): Promise<KeptPicture> {
  const bytes = await ofPixels(image).png({ compressionLevel: COMPRESSION }).toBuffer();
  return { bytes, size: { width: image.width, height: image.height }, sha256: sha256(bytes) };
}

async function fittedTo({ width, height }: RgbImage, painted: RgbImage): Promise<RgbImage> {
  if (painted.width === width && painted.height === height) return painted;
  const off = Math.abs(painted.width / painted.height / (width / height) - 1);
  if (off > SAME_FORM) {
    const message = `The provider painted ${painted.width} × ${painted.height} pixels, and was asked for ${width} × ${height}.`;
    throw new Failure('ProviderFailed', message);
  }
  const data = await ofPixels(painted).resize({ width, height, fit: 'fill' }).raw().toBuffer();
  return { data, width, height };
}

interface SoftMask {
  /** 0–255 a pixel of the picture: how much of what was painted shows. */
  alpha: Uint8Array;
  /** The first row and the row behind the last that are not all 0. */
  rows: { start: number; end: number };
}

/** Soft inside of its edge alone: 0 wherever the mask is not PAINTED. */
async function softMask(bytes: Uint8Array, { width, height }: RgbImage): Promise<SoftMask> {
  const gray = sharp(bytes).extractChannel(0).toColourspace('b-w').raw();
  const { data: mask, info } = await gray.toBuffer({ resolveWithObject: true });
  if (info.width !== width || info.height !== height) {
    throw new Failure('Internal', 'A mask has another size than its picture.');
  }
  const first = mask.indexOf(PAINTED);
  if (first < 0) return { alpha: mask, rows: { start: 0, end: 0 } };
  const rows = { start: Math.floor(first / width), end: Math.floor(mask.lastIndexOf(PAINTED) / width) + 1 };
  const sigma = Math.max(MIN_FEATHER, FEATHER * Math.min(rows.end - rows.start, width)) / 2;
  const blurred = await sharp(mask, { raw: { width, height, channels: 1 } })
    .blur(sigma)
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  // A blurred edge is half at the edge: what is above becomes 0 to 255, so that the change is inside of the mask. A blur is
  // inexact, so that what is nearly full counts as full.
  for (let at = rows.start * width; at < rows.end * width; at++) {
    const soft = Math.min(PAINTED, Math.max(0, 2.1 * ((blurred[at] ?? 0) - PAINTED / 2)));
    mask[at] = mask[at] === PAINTED ? soft : 0;
  }
  return { alpha: mask, rows };
}

async function blend(
  { data: under, width }: RgbImage,
  { data: over }: RgbImage,
  { alpha, rows }: SoftMask,
): Promise<void> {
  const step = Math.max(1, Math.floor(BLENDED_AT_ONCE / width));
  for (let row = rows.start; row < rows.end; row += step) {
    const end = Math.min(row + step, rows.end) * width;
    for (let at = row * width; at < end; at++) {
      const share = alpha[at] ?? 0;
      if (share === 0) continue;
      for (let channel = 3 * at; channel < 3 * at + 3; channel++) {
        const [from, to] = [under[channel] ?? 0, over[channel] ?? 0];
        under[channel] = Math.round(from + ((to - from) * share) / PAINTED);
      }
    }
    await nextTurn();
  }
}
