// Faces that something covers: said so, and never called another person for it. Covers are drawn over real photos.

import { describe, expect, test } from 'vitest';
import type { Box, ReadablePicture } from '../../domain/photo.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { isCovered, judgePhoto, mainFace } from '../../domain/photo-rules.ts';
import { judgeSet } from '../../domain/photo-set.ts';
import { COVERS, NO_COVERS } from '../support/covers.ts';
import { franck, OTHER_PEOPLE, photo } from '../support/photos.ts';
import { pictureOf } from './shared-vision.ts';

const boxes = new Map<Buffer, Box>();
async function boxIn(file: Buffer): Promise<Box> {
  const box = boxes.get(file) ?? mainFace(await pictureOf(file))?.box;
  if (!box) throw new Error('no face');
  boxes.set(file, box);
  return box;
}

const codes = (reading: ReadablePicture) => judgePhoto(reading).map(({ code }) => code);

describe('a covered face', () => {
  test.each(Object.entries(COVERS))('is told on five photos of one man: %s', async (_name, cover) => {
    for (const file of await franck(5)) {
      const reading = await pictureOf(await cover(file, await boxIn(file)));
      // A face of which too little is left is none, and is rejected as that.
      expect(codes(reading)).toContainEqual(expect.stringMatching(/face_covered|no_face/));
    }
  });

  test.each(Object.entries(COVERS))(
    'among bare photos of him is never called another person: %s',
    async (_name, cover) => {
      const [first = Buffer.alloc(0), ...others] = await franck(4);
      const covered = await cover(first, await boxIn(first));
      const photos = await Promise.all(
        [...others, covered].map(async (file, i) => ({ photoId: `p${i}`, reading: await pictureOf(file) })),
      );
      const report = judgeSet(photos, { maxPhotos: 5 });
      expect(report.sufficient).toBe(true);
      expect(report.photos.flatMap(({ findings }) => findings.map(({ code }) => code))).not.toContain('wrong_person');
    },
  );
});

describe('a bare face', () => {
  test.each(OTHER_PEOPLE)('%s', async (name) => {
    expect(codes(await pictureOf(await photo(name)))).not.toContain('face_covered');
  });

  test('in every frame of one man', async () => {
    for (const file of await franck()) expect(codes(await pictureOf(file))).not.toContain('face_covered');
  });

  test.each(Object.entries(NO_COVERS))('with %s', async (_name, change) => {
    for (const file of await franck(5)) {
      const face = mainFace(await pictureOf(await change(file, await boxIn(file))));
      expect(face && isCovered(face)).toBe(false);
    }
  });
});

test('a pixelated face is rejected: the training would learn the blocks', async () => {
  const [file = Buffer.alloc(0)] = await franck(1);
  const reading = await pictureOf(await COVERS.mosaic(file, await boxIn(file)));
  const found = judgePhoto(reading).find(({ code }) => code === 'face_covered');
  expect(found).toMatchObject({ severity: 'rejection', limit: PHOTO_LIMITS.rejectPixelated });
});
