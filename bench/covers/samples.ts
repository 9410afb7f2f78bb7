// Aligned faces with and without a cover, drawn over public photos: what the network is fitted on, and checked by.

import { readFile } from 'node:fs/promises';
import { distanceBetween, meanPoint, type RgbImage } from '../../adapters/vision/align.ts';
import { decodePicture } from '../../adapters/vision/decode.ts';
import { type Detection, detectFaces, INPUT_SIDE, inputOf } from '../../adapters/vision/detector.ts';
import { chipOf, type FacePoints, mapPoints, pointsOf } from '../../adapters/vision/face-points.ts';
import type { Networks } from '../../adapters/vision/networks.ts';
import { ofPixels, shrunkTo } from '../../adapters/vision/pixels.ts';
import { findFaces, largestFirst } from '../../adapters/vision/sight.ts';
import type { CoveredPart } from '../../domain/photo.ts';
import { altered, type DrawnKind, draw } from './draw.ts';
import { type Prng, prngOf } from './prng.ts';

export type Kind = DrawnKind | 'plain' | 'altered';

/** What each kind covers; nothing, where it is none. */
export const COVERED_BY: Record<Kind, CoveredPart | undefined> = {
  plain: undefined,
  altered: undefined,
  clearGlasses: undefined,
  hat: undefined,
  hood: undefined,
  hair: undefined,
  beard: undefined,
  beside: undefined,
  sunglasses: 'eyes',
  eyeBar: 'eyes',
  mask: 'mouth',
  scarf: 'mouth',
  object: 'mouth',
  half: 'part',
  stripes: 'part',
  stickers: 'part',
  hand: 'part',
  mosaic: 'blocks',
};

/** The two that are most usual come twice. */
const COVERS: readonly DrawnKind[] = [
  'sunglasses',
  'sunglasses',
  'mask',
  'mask',
  'half',
  'mosaic',
  'stripes',
  'eyeBar',
  'scarf',
  'hand',
  'object',
  'stickers',
];
const NO_COVERS: readonly DrawnKind[] = ['clearGlasses', 'clearGlasses', 'hat', 'hood', 'hair', 'beard', 'beside'];
/** Drawn on, some photos are altered as well: a gray photo may show a mask. */
const ALTERED_SHARE = 0.3;
/** Samples a photo. */
const ALTERED = 2;
const WITHOUT = 2;
const WITH = 4;
/** What is kept around a face, in sides of its box, and its pixels: enough for a face of 112, and quick to draw on. */
const ROOM = 2.4;
const SIDE = 200;
/** How far points lie off where something covers the face: pixels of the aligned face, share of its size, degrees. */
const OFF = { shift: 1.6, size: 0.05, degrees: 4 } as const;

export interface Sample {
  kind: Kind;
  name: string;
  /** Absent when no face is found any more. */
  chip?: RgbImage;
}

export interface NamedFile {
  name: string;
  file: string;
}

/**
 * Nine samples a photo: as it is, altered, with what is no cover, and with covers. With `thorough` the face is looked for
 * again on each as the product does; else its points are moved at random, which is several times as fast.
 */
export async function* samplesOf(
  photos: readonly NamedFile[],
  networks: Networks,
  thorough: boolean,
): AsyncGenerator<Sample> {
  let previous: RgbImage | undefined;
  for (const [place, { name, file }] of photos.entries()) {
    const image = await aroundFace(networks, await decodePicture(await readFile(file)));
    const found = image && (await firstSight(networks, image));
    if (!found) continue;
    const scene = { image, points: found.points, texture: previous ?? image };
    previous = image;
    const prng = prngOf(name);
    const pointsIn = async (picture: RgbImage) =>
      thorough ? (await asInProduct(networks, picture))?.points : displaced(found.points, prng);
    const sample = async (kind: Kind, picture: RgbImage): Promise<Sample> => {
      const points = await pointsIn(picture);
      return { kind, name, ...(points ? { chip: chipOf(picture, points) } : {}) };
    };
    const drawn = async (kind: DrawnKind) => {
      const picture = await draw(kind, scene, prng);
      return sample(kind, prng.chance(ALTERED_SHARE) ? await altered(picture, found.points, prng) : picture);
    };
    yield sample('plain', image);
    for (let i = 0; i < ALTERED; i++) yield sample('altered', await altered(image, found.points, prng));
    for (let i = 0; i < WITHOUT; i++) yield drawn(prng.pick(NO_COVERS));
    for (let i = 0; i < WITH; i++) {
      const turn = place * WITH + i + (prng.chance(0.5) ? 1 : 0);
      yield drawn(COVERS[turn % COVERS.length] ?? 'mask');
    }
  }
}

/** The points of a face as another look would place them. */
function displaced(points: FacePoints, prng: Prng): FacePoints {
  const middle = meanPoint(pointsOf(points));
  const scale = distanceBetween(points.leftEye, points.rightEye) / 35;
  const size = 1 + prng.normal() * OFF.size;
  const angle = (prng.normal() * OFF.degrees * Math.PI) / 180;
  const [a, b] = [size * Math.cos(angle), size * Math.sin(angle)];
  const [right, down] = [prng.normal() * OFF.shift * scale, prng.normal() * OFF.shift * 1.5 * scale];
  return mapPoints(points, (point) => {
    const [x, y] = [point.x - middle.x, point.y - middle.y];
    return { x: middle.x + a * x - b * y + right, y: middle.y + b * x + a * y + down };
  });
}

/** The largest face with some room around it. */
async function aroundFace(networks: Networks, whole: RgbImage): Promise<RgbImage | undefined> {
  const searched = await shrunkTo(INPUT_SIDE, whole);
  const box = (await firstSight(networks, searched))?.box;
  if (!box) return undefined;
  const scale = whole.width / searched.width;
  const reach = (ROOM / 2) * Math.max(box.width, box.height);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const within = (value: number, most: number) => Math.round(Math.min(Math.max(value * scale, 0), most));
  const [left, right] = [within(x - reach, whole.width), within(x + reach, whole.width)];
  const [top, bottom] = [within(y - reach, whole.height), within(y + reach, whole.height)];
  const part = ofPixels(whole)
    .extract({ left, top, width: right - left, height: bottom - top })
    .raw();
  const data = await part.toBuffer();
  return shrunkTo(SIDE, { data, width: right - left, height: bottom - top });
}

async function firstSight(networks: Networks, image: RgbImage): Promise<Detection | undefined> {
  return largestFirst(await detectFaces(networks.detector, inputOf(image)))[0];
}

async function asInProduct(networks: Networks, image: RgbImage): Promise<Detection | undefined> {
  return (await findFaces(networks, { kept: image, searched: image }, () => undefined))[0];
}
