// Light over the finished picture: an even studio light that differs a little by chance, or a hard one from a side.

import type { HeadPlace } from './figure.ts';
import type { Prng } from './prng.ts';
import type { Raster } from './raster.ts';
import { smooth } from './smooth.ts';

/** Changes `picture`. The light turns around `place`, the first head. */
export function lightPicture(picture: Raster, place: HeadPlace, dramatic: boolean, prng: Prng): void {
  const { width, height, data } = picture;
  const from = prng.next() < 0.5 ? -1 : 1;
  const depth = dramatic ? 0.62 : prng.between(0.04, 0.14);
  const warm = prng.between(-0.03, 0.06) + (dramatic ? 0.1 : 0);
  const grain = dramatic ? 7 : 4;
  let noise = prng.below(2 ** 31) | 1;
  for (let y = 0; y < height; y++) {
    const dy = (y - place.y) / place.eyeDistance;
    for (let x = 0; x < width; x++) {
      const dx = ((x - place.x) / place.eyeDistance) * from;
      // 0 on the lit side, 1 in the shadow; the terminator runs across the far cheek.
      const shadow = smooth(-1.1, 1.5, dx + 0.12 * dy);
      const corner = Math.hypot(x / width - 0.5, y / height - 0.5);
      const vignette = 1 - (dramatic ? 0.7 : 0.3) * smooth(0.3, 0.75, corner);
      const lit = (1 + (dramatic ? 0.12 : 0.04)) * (1 - depth * shadow) * vignette;
      const tint = warm * (1 - 2 * shadow);
      noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) | 0;
      const speck = ((noise >>> 16) / 65_536 - 0.5) * grain;
      const at = (y * width + x) * 3;
      data[at] = clamp((data[at] ?? 0) * lit * (1 + tint) + speck);
      data[at + 1] = clamp((data[at + 1] ?? 0) * lit + speck);
      data[at + 2] = clamp((data[at + 2] ?? 0) * lit * (1 - tint) + speck);
    }
  }
}

/** A bright rim along the edge of the person, on the side away from the main light. */
export function rimLight(picture: Raster, mask: Float32Array, place: HeadPlace, prng: Prng): void {
  const { width, height, data } = picture;
  const side = prng.next() < 0.5 ? -1 : 1;
  const reach = Math.max(1, Math.round(place.eyeDistance * 0.09));
  const colour = prng.next() < 0.5 ? [120, 170, 255] : [255, 190, 120];
  for (let y = 0; y < height; y++) {
    for (let x = reach; x < width - reach; x++) {
      const at = y * width + x;
      const here = mask[at] ?? 0;
      if (here < 0.1) continue;
      const rim = here * Math.max(0, here - (mask[at + side * reach] ?? 0)) * 0.75;
      for (let c = 0; c < 3; c++) {
        const value = data[at * 3 + c] ?? 0;
        data[at * 3 + c] = clamp(value + ((colour[c] ?? 0) - value * 0.4) * rim);
      }
    }
  }
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : Math.round(value);
}
