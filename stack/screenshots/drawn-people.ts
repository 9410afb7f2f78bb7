// People who do not exist, drawn for screenshots: no photo of a real person is ever in one.

import sharp from 'sharp';
import type { TestType } from '../../domain/test-suite.ts';
import { bodySvg, chanceLook, type HeadPlace, standInHeadSvg } from '../../sandbox/drawing/figure.ts';
import { prngOf } from '../../sandbox/drawing/prng.ts';
import { scenerySvg } from '../../sandbox/drawing/scenery.ts';

const SIZE = 640;

/** The place and the distance of the eyes, as shares of the picture; in a profile the person is at one side. */
const PLACES: Record<TestType, HeadPlace> = {
  portrait: { x: 0.5, y: 0.45, eyeDistance: 0.19 },
  fullbody: { x: 0.5, y: 0.09, eyeDistance: 0.047 },
  profile: { x: 0.36, y: 0.45, eyeDistance: 0.16 },
  lighting: { x: 0.5, y: 0.46, eyeDistance: 0.2 },
  expression: { x: 0.54, y: 0.43, eyeDistance: 0.18 },
};

/** A JPEG of the person called `who`, the same person each time; `take` moves the camera and changes the wall. */
export async function drawnPerson(who: string, type: TestType, take: number): Promise<Buffer> {
  const camera = prngOf(who, type, take);
  const look = chanceLook(prngOf(who));
  const { x, y, eyeDistance } = PLACES[type];
  const place = {
    x: SIZE * (x + camera.between(-0.03, 0.03)),
    y: SIZE * (y + (type === 'fullbody' ? 0 : camera.between(-0.02, 0.02))),
    eyeDistance: SIZE * eyeDistance,
  };
  const isDark = type === 'lighting';
  const framing = type === 'fullbody' ? 'fullbody' : 'portrait';
  const wall = scenerySvg(SIZE, SIZE, { framing, dramatic: isDark, smiling: false }, camera);
  const body = bodySvg(place, look, prngOf(who, 'body'));
  const head = standInHeadSvg(place, look, prngOf(who, 'head'));
  const layers = [wall, body.under, head.hair, head.face, head.fringe, body.over, isDark ? SIDE_LIGHT : ''];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}">${layers.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 90 }).toBuffer();
}

const SIDE_LIGHT =
  '<defs><linearGradient id="side"><stop offset="0.3" stop-color="#2a1400" stop-opacity="0.15"/>' +
  '<stop offset="0.75" stop-color="#050200" stop-opacity="0.85"/></linearGradient></defs>' +
  '<rect width="100%" height="100%" fill="url(#side)"/>';
