// The scores on real pictures: the suite as the sandbox draws it from photos of a real man, and copies of his photos.

import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { heldOutPhoto } from '../../domain/hold-out.ts';
import type { PhotoInSet } from '../../domain/photo-set.ts';
import { referenceModel, referencesOf } from '../../domain/reference-model.ts';
import { type ReadImage, scoreRound } from '../../domain/score-round.ts';
import { TEST_IMAGE_SIZE, TEST_TYPES, type TestType, testShot } from '../../domain/test-suite.ts';
import { drawPicture } from '../../sandbox/drawing/draw-picture.ts';
import { franck } from '../support/photos.ts';
import { roundSet } from '../support/sets.ts';
import { vision } from './shared-vision.ts';

let files: Buffer[];
let photos: PhotoInSet[];
let heldOut: string | undefined;
let images: ReadImage[];
const score = (read: ReadImage[]) => scoreRound(read, referenceModel(referencesOf(photos)), heldOut);

beforeAll(async () => {
  files = await franck(5);
  photos = await Promise.all(
    files.map(async (file, i) => ({ photoId: `photo-${i}`, reading: await vision.read(file) })),
  );
  heldOut = heldOutPhoto(photos);
  const trainedOn = files.filter((_, i) => `photo-${i}` !== heldOut);
  images = [];
  for (const type of TEST_TYPES) {
    const { prompt, seed } = testShot(type, 'lkbdf', roundSet(1));
    const cast = [{ photos: trainedOn, strength: 0.8 }];
    const drawn = await drawPicture({ prompt, seed, ...TEST_IMAGE_SIZE, format: 'jpeg', cast });
    images.push({ type, imageId: type, reading: await vision.read(drawn) });
  }
});

describe('the suite, drawn from four photos', () => {
  it('is no copy of any, and shows what each type asks for', () => {
    const { scores, summary } = score(images);
    expect(scores.flatMap(({ copyOf, typeFindings }) => [copyOf, ...(typeFindings ?? [])]).filter(Boolean)).toEqual([]);
    expect(summary).toMatchObject({ passed: true, copies: 0, references: { count: 5 } });
  });

  it('is as good against the fifth photo, which it was not drawn from', () => {
    expect(heldOut).toBeDefined();
    expect(score(images).summary.heldOut?.mean).toBeGreaterThan(85);
  });

  it.each([
    ['fullbody', 'portrait', 'face_not_large'],
    ['portrait', 'fullbody', 'not_fullbody'],
    ['fullbody', 'profile', 'not_profile'],
    ['portrait', 'lighting', 'same_as_portrait'],
    ['portrait', 'expression', 'same_as_portrait'],
  ] satisfies [TestType, TestType, string][])('a %s where a %s is asked for is found: %s', (shown, type, code) => {
    const reading = images.find((image) => image.type === shown)?.reading;
    if (!reading) throw new Error(`no ${shown}`);
    const others = images.filter((image) => image.type !== type);
    const mixed = score([...others, { type, imageId: 'mixed', reading }]).scores.at(-1);
    expect(mixed?.typeFindings?.map((finding) => finding.code)).toEqual([code]);
  });
});

/** Of the first photo, with some room around it. */
const FACE = { left: 180, top: 60, width: 420, height: 480 };

it.each<[string, (photo: Sharp) => Sharp]>([
  ['saved smaller and worse', (photo) => photo.resize({ width: 480 }).jpeg({ quality: 60 })],
  ['cropped to the face', (photo) => photo.extract(FACE)],
  ['mirrored', (photo) => photo.flop()],
  ['darkened to half', (photo) => photo.linear(0.5, 0)],
  ['mirrored and darkened to half', (photo) => photo.flop().linear(0.5, 0)],
  ['cropped to the face and mirrored', (photo) => photo.extract(FACE).flop()],
])('a reference photo %s is a copy of it', async (_name, change) => {
  const [file] = files;
  const reading = await vision.read(await change(sharp(file)).jpeg().toBuffer());
  expect(score([{ type: 'portrait', imageId: 'copy', reading }]).scores[0]?.copyOf).toBe('photo-0');
});
