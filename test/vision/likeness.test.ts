// One man and twelve others: near and far, at every size of a picture, and where a perceptual hash says the opposite.

import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { fitSimilarity, unmap, warp } from '../../adapters/vision/align.ts';
import { decodePicture } from '../../adapters/vision/decode.ts';
import { INPUT_SIDE } from '../../adapters/vision/detector.ts';
import { alignment, pointsOf } from '../../adapters/vision/face-points.ts';
import { loadNetworks } from '../../adapters/vision/networks.ts';
import { ofPixels, shrunkTo } from '../../adapters/vision/pixels.ts';
import { findFaces } from '../../adapters/vision/sight.ts';
import type { FaceReading, ReadablePicture } from '../../domain/photo.ts';
import { scorableFace, scoreOf } from '../../domain/score.ts';
import { franck, OTHER_PEOPLE, photo } from '../support/photos.ts';
import { apart, faceIn, pictureOf } from './shared-vision.ts';

/** Bits up to which two hashes are those of one picture, and a little more than what counts as a duplicate. */
const SAME_PICTURE_BITS = 16;

/** The chance that a pair of one man is nearer than a pair of two people. */
function areaUnderCurve(genuine: readonly number[], impostor: readonly number[]): number {
  const wins = genuine.map((g) => impostor.filter((i) => g < i).length);
  return wins.reduce((sum, n) => sum + n, 0) / (genuine.length * impostor.length);
}

const pairs = (faces: readonly FaceReading[]): number[] =>
  faces.flatMap((face, i) => faces.slice(i + 1).map((other) => apart(face, other)));

describe('the distance of two faces tells one man from twelve other people, and them from each other', () => {
  test.each([512, 1024, 2048, 4096])('in pictures of %i pixels', async (side) => {
    const sized = (file: Buffer) => sharp(file).resize(side, side, { fit: 'inside' }).jpeg({ quality: 90 }).toBuffer();
    const man: FaceReading[] = [];
    for (const file of await franck()) man.push(await faceIn(await sized(file)));
    const others: FaceReading[] = [];
    for (const name of OTHER_PEOPLE) others.push(await faceIn(await sized(await photo(name))));
    const genuine = pairs(man).toSorted((p, q) => p - q);
    const impostor = [...man.flatMap((face) => others.map((other) => apart(face, other))), ...pairs(others)];
    expect([genuine.length, impostor.length]).toEqual([55, 198]);
    expect(areaUnderCurve(genuine, impostor)).toBeGreaterThanOrEqual(0.999);
    expect(genuine[27]).toBeLessThan(0.7);
    expect(scoreOf(Math.min(...impostor))).toBeLessThan(50);
  });
});

describe('a score is about the person, where a perceptual hash is about the picture', () => {
  function scoreAgainst(reference: ReadablePicture, picture: ReadablePicture): number {
    const [wanted, face] = [scorableFace(reference), scorableFace(picture)];
    if (typeof wanted === 'string' || typeof face === 'string') throw new Error(`not scorable: ${wanted}, ${face}`);
    return scoreOf(apart(wanted, face));
  }

  test.each(['cage.jpg', 'SeanConnery.jpg', 'audrey.jpg', 'obama4_crop.jpg', 'queen20_crop.jpg'])(
    'the face of %s on his photo: the same picture, and below 50',
    async (name) => {
      const [file = Buffer.alloc(0)] = await franck(1);
      const original = await pictureOf(file);
      const swapped = await pictureOf(await withFaceOf(await photo(name), file));
      expect(bitsApart(original, swapped)).toBeLessThanOrEqual(SAME_PICTURE_BITS);
      expect(scoreAgainst(original, swapped)).toBeLessThan(50);
    },
  );

  test('other frames of him: other pictures, and above 85', async () => {
    const [first, ...frames] = await Promise.all((await franck()).map(pictureOf));
    if (!first) throw new Error('no photo');
    const others = frames.filter((frame) => bitsApart(first, frame) > SAME_PICTURE_BITS);
    expect(others.length).toBeGreaterThanOrEqual(5);
    for (const frame of others) expect(scoreAgainst(first, frame)).toBeGreaterThan(85);
  });
});

function bitsApart(p: ReadablePicture, q: ReadablePicture): number {
  return (BigInt(`0x${p.phash}`) ^ BigInt(`0x${q.phash}`)).toString(2).replaceAll('0', '').length;
}

/** The photo with another person's face laid over its own, point on point, from the forehead to the chin. */
async function withFaceOf(donor: Buffer, file: Buffer): Promise<Buffer> {
  const networks = await loadNetworks();
  const faceOf = async (photo: Buffer) => {
    const kept = await decodePicture(photo);
    const [face] = await findFaces(networks, { kept, searched: await shrunkTo(INPUT_SIDE, kept) }, () => undefined);
    if (!face) throw new Error('no face');
    return { image: kept, points: face.points };
  };
  const from = await faceOf(donor);
  const { image, points } = await faceOf(file);
  const { width, height } = image;
  const side = Math.max(width, height);
  const face = warp(from.image, fitSimilarity(pointsOf(from.points), pointsOf(points)), side);

  const oval = Array.from({ length: 60 }, (_, i) => {
    const angle = (i / 30) * Math.PI;
    return unmap(alignment(points), { x: 56 + 38 * Math.cos(angle), y: 68 + 46 * Math.sin(angle) });
  });
  const outline = oval.map(({ x, y }) => `${x},${y}`).join(' ');
  const mask = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><polygon points="${outline}"/></svg>`;
  const alpha = await sharp(Buffer.from(mask)).blur(4).extractChannel('alpha').raw().toBuffer();
  const cut = await ofPixels(face)
    .joinChannel(alpha, { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toBuffer();
  const input = await sharp(cut).extract({ left: 0, top: 0, width, height }).png().toBuffer();
  return ofPixels(image).composite([{ input }]).png().toBuffer();
}
