// A training photo made ready for drawing: its pixels, its face, what is person and what is background.
import { createHash } from 'node:crypto';
import { type Face, findFace } from './find-face.ts';
import { decodeRaster, type Raster, samplePlane } from './raster.ts';
import { separate } from './separate.ts';

export type Rgb = [number, number, number];

export interface PortraitPhoto {
  pixels: Raster;
  face: Face;
  /** 0 to 1 by pixel of `pixels`: how much of it is the person. */
  person: Float32Array;
  backdrop: Rgb;
  skin: Rgb;
  clothing: Rgb;
  /** How far the head is turned in the photo: 0 faces the camera, up to about 0.5 to the right, negative to the left. */
  turned: number;
}

/** About 5 MB a photo of 768 pixels. */
const CACHED_PHOTOS = 48;
const LEAST_CLOTHING_V = 1.9;
const UNSEEN_CLOTHING: Rgb = [62, 66, 74];
const CLOTHING_COLUMNS = [-1.4, -1, -0.6, 0, 0.6, 1, 1.4];
/** Heights of the face at which its edges are compared. */
const TURN_ROWS = [-0.1, 0.1, 0.3, 0.5, 0.7];
const cache = new Map<string, Promise<PortraitPhoto>>();

/** Reads a photo; the last few stay in memory, because the images of a round share them. */
export function portraitPhoto(jpeg: Buffer): Promise<PortraitPhoto> {
  const name = createHash('sha256').update(jpeg).digest('hex');
  const known = cache.get(name);
  cache.delete(name);
  const photo = known ?? read(jpeg);
  cache.set(name, photo);
  for (const oldest of cache.keys()) {
    if (cache.size <= CACHED_PHOTOS) break;
    cache.delete(oldest);
  }
  photo.catch(() => cache.delete(name));
  return photo;
}

async function read(jpeg: Buffer): Promise<PortraitPhoto> {
  const pixels = await decodeRaster(jpeg);
  const face = await findFace(jpeg, pixels.width);
  const { person, backdrop } = separate(pixels, face);
  const skin = meanColour(pixels, face, [
    [-0.5, 0.4],
    [0.5, 0.4],
    [0, -0.5],
  ]);
  const clothing = clothingOf(pixels, face, skin, backdrop);
  return { pixels, face, person, backdrop, skin, clothing, turned: turnOf(person, pixels, face) };
}

/** The mean colour of small patches at places in face coordinates. */
function meanColour({ data, width, height }: Raster, face: Face, places: [number, number][]): Rgb {
  const sum: Rgb = [0, 0, 0];
  let count = 0;
  const reach = Math.max(1, Math.round(face.eyeDistance * 0.12));
  for (const [u, v] of places) {
    const cx = Math.round(face.x + (u * Math.cos(face.roll) - v * Math.sin(face.roll)) * face.eyeDistance);
    const cy = Math.round(face.y + (u * Math.sin(face.roll) + v * Math.cos(face.roll)) * face.eyeDistance);
    for (let y = Math.max(0, cy - reach); y <= Math.min(height - 1, cy + reach); y++) {
      for (let x = Math.max(0, cx - reach); x <= Math.min(width - 1, cx + reach); x++) {
        for (let c = 0; c < 3; c++) sum[c] = (sum[c] ?? 0) + (data[(y * width + x) * 3 + c] ?? 0);
        count += 1;
      }
    }
  }
  return count === 0 ? [128, 110, 100] : [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** Clothing shows below the neck, if the photo reaches that far: what is least like skin and background there. */
function clothingOf(pixels: Raster, face: Face, skin: Rgb, backdrop: Rgb): Rgb {
  const v = Math.min(2.8, (pixels.height - face.y) / face.eyeDistance - 0.2);
  if (v < LEAST_CLOTHING_V) return UNSEEN_CLOTHING;
  const difference = (a: Rgb, b: Rgb) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  const strange = (colour: Rgb) => Math.min(difference(colour, skin), difference(colour, backdrop));
  return CLOTHING_COLUMNS.map((u) => meanColour(pixels, face, [[u, v]])).reduce((best, colour) =>
    strange(colour) > strange(best) ? colour : best,
  );
}

/** The eyes stand nearer to the edge of the head on the side it is turned to: the edges are compared. */
function turnOf(person: Float32Array, { width, height }: Raster, face: Face): number {
  const edge = (side: number, v: number) => {
    let u = 0.6;
    for (; u < 1.8; u += 0.04) {
      const x = face.x + (side * u * Math.cos(face.roll) - v * Math.sin(face.roll)) * face.eyeDistance;
      const y = face.y + (side * u * Math.sin(face.roll) + v * Math.cos(face.roll)) * face.eyeDistance;
      if (samplePlane(person, width, height, x, y) < 0.5) break;
    }
    return u;
  };
  let turn = 0;
  for (const v of TURN_ROWS) {
    const [left, right] = [edge(-1, v), edge(1, v)];
    turn += (left - right) / (left + right) / TURN_ROWS.length;
  }
  return turn;
}
