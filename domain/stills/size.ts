// The size of a still, from the aspect ratio or the size that the request has.

import type { ImageSize } from '../image-units.ts';
import type { GeneratorProfile } from '../profile.ts';

/** Flux makes pictures of blocks: 8 pixels of its decoder times 2 of its patches. Other sizes come back rounded. */
const BLOCK = 16;
/** Pixels of a still by its aspect ratio: one megapixel of the bill, whichever of both a megapixel is. */
const PIXELS = 1_000_000;
/** A longer picture than 4 : 1 has no room for a face. */
const LONGEST = 4;
/** A ratio that is off by a percent is as bad as a picture that is smaller by so many percent. */
const RATIO_WEIGHT = 8;

const RATIO = /^(\d{1,4}(?:\.\d{1,4})?):(\d{1,4}(?:\.\d{1,4})?)$/;

type SideLimits = GeneratorProfile['limits']['side'];
export type AskedSize = { aspectRatio: string } | ImageSize;

/** The size, or why there is none, as a sentence. A given size is rounded to whole blocks. */
export function stillSize(asked: AskedSize, side: SideLimits): ImageSize | { refused: string } {
  if ('aspectRatio' in asked) return ofRatio(asked.aspectRatio, side);
  const size = rounded(asked);
  const { width, height } = size;
  if (Math.min(width, height) < side.min || Math.max(width, height) > side.max) {
    return { refused: `A still has sides of ${side.min} to ${side.max} pixels, and not ${width} × ${height}.` };
  }
  if (Math.max(width / height, height / width) > LONGEST) return tooLong();
  return size;
}

function rounded({ width, height }: ImageSize): ImageSize {
  return { width: blocks(width), height: blocks(height) };
}

const blocks = (pixels: number): number => Math.round(pixels / BLOCK) * BLOCK;
const tooLong = () => ({ refused: `A still is at most ${LONGEST} times as wide as it is high, or as high as wide.` });

/** A large size of nearly this ratio. */
function ofRatio(text: string, { min, max }: SideLimits): ImageSize | { refused: string } {
  const [, across, down] = RATIO.exec(text.trim()) ?? [];
  const ratio = Number(across) / Number(down);
  if (!(ratio > 0 && Number.isFinite(ratio))) {
    return { refused: 'An aspect ratio is two numbers with a colon, as "16:9" or "2.39:1".' };
  }
  if (Math.max(ratio, 1 / ratio) > LONGEST) return tooLong();
  let best: (ImageSize & { loss: number }) | undefined;
  for (let height = blocks(min); height <= max; height += BLOCK) {
    const narrower = Math.floor((height * ratio) / BLOCK) * BLOCK;
    for (const width of [narrower, narrower + BLOCK]) {
      if (width < min || width > max || width * height > PIXELS) continue;
      const error = Math.abs(width / height / ratio - 1);
      const loss = RATIO_WEIGHT * error + 1 - (width * height) / PIXELS;
      if (!best || loss < best.loss) best = { width, height, loss };
    }
  }
  if (!best) return { refused: `The model draws sides of ${min} pixels at least, too long for ${text.trim()}.` };
  return { width: best.width, height: best.height };
}
