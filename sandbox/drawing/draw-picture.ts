// Draws one picture: the scenery, the bodies, the heads out of the training photos, the light, and our mark.
// The same prompt, seed, size and cast give the same bytes.
import sharp from 'sharp';
import { type CastMember, SHOWN_FROM, strangenessOf } from './cast-member.ts';
import {
  bodySvg,
  CROWN_V,
  chanceLook,
  FEET_V,
  type HeadPlace,
  type Look,
  standInHeadSvg,
  trousersFor,
} from './figure.ts';
import { lightPicture, rimLight } from './light.ts';
import { sandboxMark } from './mark.ts';
import { paintMember, pickPhoto } from './paint-member.ts';
import type { PortraitPhoto } from './portrait-photo.ts';
import { type Prng, prngOf } from './prng.ts';
import { decodeRaster, encode, type ImageFormat } from './raster.ts';
import { scenerySvg } from './scenery.ts';
import { readShot, type Shot } from './shot.ts';

export interface PictureOrder {
  prompt: string;
  seed: number;
  width: number;
  height: number;
  format: ImageFormat;
  /** From left to right, at most MOST_PEOPLE. */
  cast: CastMember[];
}

/** Larger pictures are drawn at this size and enlarged. */
const DRAWN_PX = 1280;
/** A veil that is thicker than this hides even that somebody else was meant. */
const MOST_VEIL = 0.55;
export const MOST_PEOPLE = 8;

/** Eye distance over the picture's height, and where the eyes are: the framing of each shot. */
const FRAMINGS: Record<Shot['framing'], { eyeDistance: number; eyesAt: number }> = {
  portrait: { eyeDistance: 0.19, eyesAt: 0.44 },
  profile: { eyeDistance: 0.17, eyesAt: 0.42 },
  medium: { eyeDistance: 0.085, eyesAt: 0.34 },
  fullbody: { eyeDistance: 0.047, eyesAt: 0.09 },
};

export interface DrawnPicture {
  /** Encoded. */
  image: Buffer;
  /** Where the head of each member of the cast is, in pixels. */
  heads: HeadPlace[];
}

/** The encoded picture. */
export async function drawPicture(order: PictureOrder): Promise<Buffer> {
  return (await drawScene(order)).image;
}

/** The picture, and where its people are. */
export async function drawScene(order: PictureOrder): Promise<DrawnPicture> {
  const shot = shotOf(order);
  const prng = prngOf(order.prompt, order.seed);
  const shrink = Math.min(1, DRAWN_PX / Math.max(order.width, order.height));
  const width = Math.max(16, Math.round(order.width * shrink));
  const height = Math.max(16, Math.round(order.height * shrink));

  const people = order.cast
    .slice(0, MOST_PEOPLE)
    .map((member) => (member.strength >= SHOWN_FROM && member.photos.length > 0 ? member : undefined));
  const places = people.map((_, i) => placeHead(shot, width, height, i, people.length, prng));
  const photos = await Promise.all(people.map((member) => (member ? pickPhoto(member, shot, prng) : undefined)));
  const looks = photos.map((photo) => lookOf(photo, prng));

  const under = [scenerySvg(width, height, shot, prng)];
  const over: string[] = [];
  places.forEach((place, i) => {
    const look = looks[i];
    if (!look) return;
    const body = bodySvg(place, look, prng);
    under.push(body.under);
    over.push(body.over);
    const standIn = standInHeadSvg(place, look, prng);
    const veil = veilOf(people[i]);
    if (!photos[i]) under.push(standIn.hair + standIn.face + standIn.fringe);
    else if (veil > 0) over.push(`<g opacity="${veil.toFixed(3)}">${standIn.face}</g>`);
  });
  const canvas = await decodeRaster(svg(width, height, under.join('')));

  const mask = new Float32Array(width * height);
  for (const [i, member] of people.entries()) {
    const [photo, place] = [photos[i], places[i]];
    if (!member || !photo || !place) continue;
    await paintMember(canvas, mask, { member, photo, place, shot, seed: order.seed }, prng);
  }
  const picture = await decodeRaster(
    await sharp(canvas.data, { raw: { width, height, channels: 3 } })
      .composite([{ input: svg(width, height, over.join('')) }])
      .png({ compressionLevel: 0 })
      .toBuffer(),
  );
  const [first] = places;
  if (first) {
    if (shot.dramatic) rimLight(picture, mask, first, prng);
    lightPicture(picture, first, shot.dramatic, prng);
  }

  const enlarged = await sharp(picture.data, { raw: { width, height, channels: 3 } })
    .resize({ width: order.width, height: order.height, fit: 'fill' })
    .composite([{ input: svg(order.width, order.height, sandboxMark(order.width, order.height)) }])
    .removeAlpha()
    .raw()
    .toBuffer();
  const { width: fullWidth, height: fullHeight } = order;
  const image = await encode({ data: enlarged, width: fullWidth, height: fullHeight }, order.format);
  const [across, down] = [fullWidth / width, fullHeight / height];
  const heads = places.map(({ x, y, eyeDistance }) => ({
    x: x * across,
    y: y * down,
    eyeDistance: eyeDistance * across,
  }));
  return { image, heads };
}

function svg(width: number, height: number, content: string): Buffer {
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`);
}

/** People stand side by side, each in a slot of the picture's width. */
function placeHead(shot: Shot, width: number, height: number, index: number, count: number, prng: Prng): HeadPlace {
  const { eyeDistance, eyesAt } = FRAMINGS[shot.framing];
  const slot = width / count;
  // A figure may not be wider than its slot, nor longer than the picture.
  const widest = shot.framing === 'fullbody' ? slot / 7 : slot / 4.2;
  const longest = shot.framing === 'fullbody' ? (height * 0.96) / (FEET_V - CROWN_V) : height;
  const e = Math.min(height * eyeDistance * prng.between(0.97, 1.03), widest, longest);
  const y = shot.framing === 'fullbody' ? height * 0.97 - FEET_V * e : height * eyesAt * prng.between(0.95, 1.05);
  return { x: slot * (index + 0.5 + prng.between(-0.04, 0.04)), y, eyeDistance: e };
}

function lookOf(photo: PortraitPhoto | undefined, prng: Prng): Look {
  if (!photo) return chanceLook(prng);
  return { skin: photo.skin, clothing: photo.clothing, trousers: trousersFor(prng), hair: [60, 44, 34] };
}

/** How much of a stand-in's face lies over a person who is not quite there, 0 to 1. */
function veilOf(member: CastMember | undefined): number {
  return member ? MOST_VEIL * strangenessOf(member) ** 2 : 0;
}

/** Several people stand near enough that their faces can be told apart. */
function shotOf({ prompt, cast }: PictureOrder): Shot {
  const shot = readShot(prompt);
  return cast.length > 1 && shot.framing === 'fullbody' ? { ...shot, framing: 'medium' } : shot;
}
