// Draws one picture: the scenery, the bodies, the heads out of the training photos, the light, and our mark.
// The same prompt, seed, size and cast give the same bytes.
import sharp from 'sharp';
import { chain, proportionsWarp, smileWarp, strangeness, turnWarp, type Warp } from './face-warp.ts';
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
import { paintHead } from './paint-head.ts';
import { type PortraitPhoto, portraitPhoto } from './portrait-photo.ts';
import { type Prng, prngOf } from './prng.ts';
import { decodeRaster } from './raster.ts';
import { scenerySvg } from './scenery.ts';
import { readShot, type Shot } from './shot.ts';

export interface CastMember {
  photos: Buffer[];
  /** The LoRA's scale, or 0 when the prompt does not call this person. */
  strength: number;
}

export interface PictureOrder {
  prompt: string;
  seed: number;
  width: number;
  height: number;
  format: 'jpeg' | 'png';
  cast: CastMember[];
}

/** Below this scale a LoRA shows nobody: a stand-in takes the place. */
const SHOWN_FROM = 0.15;
/** Larger pictures are drawn at this size and enlarged. */
const DRAWN_PX = 1280;
/** A veil that is thicker than this hides even that somebody else was meant. */
const MOST_VEIL = 0.55;
const MOST_PEOPLE = 4;
const JPEG_QUALITY = 92;

/** Eye distance over the picture's height, and where the eyes are: the framing of each shot. */
const FRAMINGS: Record<Shot['framing'], { eyeDistance: number; eyesAt: number }> = {
  portrait: { eyeDistance: 0.19, eyesAt: 0.44 },
  profile: { eyeDistance: 0.17, eyesAt: 0.42 },
  medium: { eyeDistance: 0.085, eyesAt: 0.34 },
  fullbody: { eyeDistance: 0.047, eyesAt: 0.09 },
};

/** The encoded picture. */
export async function drawPicture(order: PictureOrder): Promise<Buffer> {
  const shot = readShot(order.prompt);
  const prng = prngOf(order.prompt, order.seed);
  const shrink = Math.min(1, DRAWN_PX / Math.max(order.width, order.height));
  const width = Math.max(16, Math.round(order.width * shrink));
  const height = Math.max(16, Math.round(order.height * shrink));

  const shown = order.cast.filter((member) => member.strength >= SHOWN_FROM && member.photos.length > 0);
  const people: (CastMember | undefined)[] = shown.length > 0 ? shown.slice(0, MOST_PEOPLE) : [undefined];
  const places = people.map((_, i) => placeHead(shot, width, height, i, people.length, prng));
  const heads = await Promise.all(people.map((member) => (member ? pickPhoto(member, shot, prng) : undefined)));
  const looks = heads.map((photo) => lookOf(photo, prng));

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
    if (!heads[i]) under.push(standIn.hair + standIn.face + standIn.fringe);
    else if (veil > 0) over.push(`<g opacity="${veil.toFixed(3)}">${standIn.face}</g>`);
  });
  const canvas = await decodeRaster(svg(width, height, under.join('')));

  const mask = new Float32Array(width * height);
  people.forEach((member, i) => {
    const [photo, place] = [heads[i], places[i]];
    if (!member || !photo || !place) return;
    const mirrored = prng.next() < 0.5;
    paintHead(canvas, mask, photo, {
      ...place,
      roll: prng.between(-0.07, 0.07),
      mirrored,
      gains: toneOf(member, order),
      warp: warpOf(member, shot, order, Math.sign(photo.turned) * (mirrored ? -1 : 1), prng),
    });
  });
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
  const finished = sharp(enlarged, { raw: { width: order.width, height: order.height, channels: 3 } });
  return order.format === 'png' ? finished.png().toBuffer() : finished.jpeg({ quality: JPEG_QUALITY }).toBuffer();
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

/** Any photo; for a profile the one whose head is turned most. */
async function pickPhoto(member: CastMember, shot: Shot, prng: Prng): Promise<PortraitPhoto> {
  const photos = await Promise.all(member.photos.map(portraitPhoto));
  const picked = photos[prng.below(photos.length)];
  const turned = [...photos].sort((a, b) => Math.abs(b.turned) - Math.abs(a.turned))[0];
  const photo = shot.framing === 'profile' ? turned : picked;
  if (!photo) throw new Error('a LoRA without photos cannot be drawn');
  return photo;
}

function lookOf(photo: PortraitPhoto | undefined, prng: Prng): Look {
  if (!photo) return chanceLook(prng);
  return { skin: photo.skin, clothing: photo.clothing, trousers: trousersFor(prng), hair: [60, 44, 34] };
}

/** How much of a stand-in's face lies over a person who is not quite there, 0 to 1. */
function veilOf(member: CastMember | undefined): number {
  return member ? MOST_VEIL * strangeness(member.strength) ** 2 : 0;
}

/** Another complexion for a person who is not quite there. */
function toneOf(member: CastMember, order: PictureOrder): [number, number, number] {
  const prng = prngOf('tone', order.seed);
  const amount = strangeness(member.strength);
  const light = prng.between(-0.3, 0.1) * amount;
  const warm = prng.between(-0.12, 0.12) * amount;
  return [1 + light + warm, 1 + light, 1 + light - warm];
}

/** `towards` is the side to which the head looks already: a profile takes it further that way. */
function warpOf(member: CastMember, shot: Shot, order: PictureOrder, towards: number, prng: Prng): Warp {
  const proportions = proportionsWarp(strangeness(member.strength), prngOf('proportions', order.seed));
  const turn = towards * (shot.framing === 'profile' ? 0.3 : prng.between(-0.06, 0.06));
  const smile = shot.smiling ? 0.7 : prng.between(-0.15, 0.25);
  return chain(proportions, turnWarp(turn), smileWarp(smile));
}
