// Paints one face anew inside of a mask, as an inpainting model does: the rest of the picture stays as it is, but for
// what the encoding changes.
import sharp from 'sharp';
import type { CastMember } from './cast-member.ts';
import type { HeadPlace } from './figure.ts';
import { findFace } from './find-face.ts';
import { sandboxMark } from './mark.ts';
import { paintMember, pickPhoto } from './paint-member.ts';
import { prngOf } from './prng.ts';
import { encode, type ImageFormat, luma, type Raster } from './raster.ts';
import { readShot } from './shot.ts';
import { smooth } from './smooth.ts';

export interface RepaintOrder {
  picture: Buffer;
  /** White where the picture is painted anew. */
  mask: Buffer;
  prompt: string;
  seed: number;
  width: number;
  height: number;
  format: ImageFormat;
  /** Who is painted; undefined leaves the face as it is. */
  member: CastMember | undefined;
  /** Heads that are known to be in the picture, in its pixels; without one in the mask the face is searched. */
  heads: HeadPlace[];
  /** 0 keeps what is there, 1 keeps nothing. */
  strength: number;
}

/** Below the lower strength the old face stays, from the upper one on nothing of it is left. */
const KEEPS_ALL = 0.2;
const KEEPS_NOTHING = 0.6;
/** A mask of a face with some room around it: its width in eye distances, and its middle below the eyes. */
const MASK_WIDTH_E = 2.9;
const MASK_MIDDLE_V = 0.4;
const MAX_GAIN = 1.6;

export interface RepaintedPicture {
  /** Encoded. */
  image: Buffer;
  /** The head that was painted anew, in pixels; undefined when the mask is empty. */
  place?: HeadPlace;
}

/** The same order gives the same bytes. */
export async function repaintFace(order: RepaintOrder): Promise<RepaintedPicture> {
  const { width, height } = order;
  const fit = (bytes: Buffer) =>
    sharp(bytes).resize({ width, height, fit: 'fill' }).toColourspace('srgb').removeAlpha();
  const picture: Raster = { data: await fit(order.picture).raw().toBuffer(), width, height };
  const mask = luma({ data: await fit(order.mask).raw().toBuffer(), width, height }).map((value) => value / 255);
  const place = order.heads.find((head) => isInside(head, mask, width, height)) ?? (await facePlace(picture, mask));
  const { member } = order;
  if (place && member && member.photos.length > 0) {
    const shot = readShot(order.prompt);
    const prng = prngOf(order.prompt, order.seed);
    const photo = await pickPhoto(member, shot, prng);
    const painted = { ...picture, data: Uint8Array.from(picture.data) };
    const head = new Float32Array(width * height);
    await paintMember(painted, head, { member, photo, place, shot, seed: order.seed }, prng);
    layOver(picture, painted, mask, head, smooth(KEEPS_ALL, KEEPS_NOTHING, order.strength));
  }
  const mark = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${sandboxMark(width, height)}</svg>`;
  const marked = await sharp(picture.data, { raw: { width, height, channels: 3 } })
    .composite([{ input: Buffer.from(mark) }])
    .removeAlpha()
    .raw()
    .toBuffer();
  const image = await encode({ data: marked, width, height }, order.format);
  return place ? { image, place } : { image };
}

/** Whether the mask is white between the eyes. */
function isInside({ x, y }: HeadPlace, mask: Float32Array, width: number, height: number): boolean {
  return x >= 0 && y >= 0 && x < width && y < height && (mask[Math.floor(y) * width + Math.floor(x)] ?? 0) > 0.5;
}

/** Where the face inside of the mask is: found in the picture, or taken from the mask's shape. */
async function facePlace(picture: Raster, mask: Float32Array): Promise<HeadPlace | undefined> {
  const box = boxOf(mask, picture.width);
  if (!box) return undefined;
  const eyeDistance = box.width / MASK_WIDTH_E;
  const guess = {
    x: box.left + box.width / 2,
    y: box.top + box.height / 2 - MASK_MIDDLE_V * eyeDistance,
    eyeDistance,
  };
  const crop = await sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } })
    .extract(box)
    .png()
    .toBuffer();
  const found = await findFace(crop, box.width);
  const place = { x: box.left + found.x, y: box.top + found.y, eyeDistance: found.eyeDistance };
  const off = Math.hypot(place.x - guess.x, place.y - guess.y) / eyeDistance;
  const size = place.eyeDistance / eyeDistance;
  return off < 0.6 && size > 0.65 && size < 1.5 ? place : guess;
}

function boxOf(mask: Float32Array, width: number) {
  let [left, right, top, bottom] = [width, -1, Number.POSITIVE_INFINITY, -1];
  mask.forEach((value, i) => {
    if (value < 0.5) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  });
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** The painted head over the picture, inside of the mask, in the light that the old face had. */
function layOver(picture: Raster, painted: Raster, mask: Float32Array, head: Float32Array, weight: number): void {
  const [before, after] = [luma(picture), luma(painted)];
  let [old, fresh] = [1, 1];
  mask.forEach((value, i) => {
    const share = value * (head[i] ?? 0);
    old += (before[i] ?? 0) * share;
    fresh += (after[i] ?? 0) * share;
  });
  const gain = Math.min(MAX_GAIN, Math.max(1 / MAX_GAIN, old / fresh));
  mask.forEach((value, i) => {
    const share = value * weight * (head[i] ?? 0);
    for (let p = i * 3; p < i * 3 + 3; p++) {
      const under = picture.data[p] ?? 0;
      picture.data[p] = Math.round(under + (Math.min(255, (painted.data[p] ?? 0) * gain) - under) * share);
    }
  });
}
