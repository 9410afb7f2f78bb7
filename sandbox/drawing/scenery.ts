// What is behind the people: a studio wall for portraits, a room for whole figures, out-of-focus lights for scenes.

import { css, shade } from './figure.ts';
import type { Rgb } from './portrait-photo.ts';
import type { Prng } from './prng.ts';
import type { Shot } from './shot.ts';

const TONES: Rgb[] = [
  [126, 132, 140],
  [150, 136, 120],
  [104, 122, 128],
  [142, 124, 132],
  [112, 126, 108],
  [160, 154, 146],
];

/** The background as an SVG fragment that fills the picture. */
export function scenerySvg(width: number, height: number, shot: Shot, prng: Prng): string {
  const tone = shade(
    TONES[prng.below(TONES.length)] ?? [128, 128, 128],
    shot.dramatic ? 0.28 : prng.between(0.8, 1.15),
  );
  const glowX = prng.between(0.3, 0.7);
  const wall =
    `<defs><radialGradient id="wall" cx="${glowX}" cy="0.35" r="0.85"><stop offset="0" stop-color="${css(shade(tone, 1.3))}"/><stop offset="1" stop-color="${css(shade(tone, 0.62))}"/></radialGradient></defs>` +
    `<rect width="${width}" height="${height}" fill="url(#wall)"/>`;
  if (shot.framing === 'fullbody') return wall + floor(width, height, tone);
  if (shot.framing === 'medium') return wall + lights(width, height, tone, prng);
  return wall;
}

function floor(width: number, height: number, tone: Rgb): string {
  const top = height * 0.86;
  return (
    `<defs><linearGradient id="floor" x1="0" x2="0" y1="0" y2="1"><stop offset="0" stop-color="${css(shade(tone, 0.62))}"/><stop offset="1" stop-color="${css(shade(tone, 0.95))}"/></linearGradient></defs>` +
    `<rect y="${top}" width="${width}" height="${height - top}" fill="url(#floor)"/>`
  );
}

function lights(width: number, height: number, tone: Rgb, prng: Prng): string {
  const spots = Array.from({ length: 14 }, () => {
    const r = prng.between(0.03, 0.11) * height;
    const warm = prng.next() < 0.5 ? shade([tone[0] * 1.4, tone[1] * 1.15, tone[2] * 0.8], 1.2) : shade(tone, 1.6);
    return `<circle cx="${prng.between(0, width).toFixed(0)}" cy="${prng.between(0, height * 0.8).toFixed(0)}" r="${r.toFixed(0)}" fill="${css(warm)}" fill-opacity="${prng.between(0.08, 0.22).toFixed(2)}"/>`;
  });
  return `<g filter="url(#soft)">${spots.join('')}</g><defs><filter id="soft"><feGaussianBlur stdDeviation="${height / 160}"/></filter></defs>`;
}
