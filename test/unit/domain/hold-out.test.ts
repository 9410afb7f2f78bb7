// The photo that the training does not see: chosen alike every time, spared easily, and honest as a test.

import { expect, it } from 'vitest';
import { COPY_DISTANCE } from '../../../domain/copy-of-reference.ts';
import { HOLD_OUT_FROM, heldOutPhoto } from '../../../domain/hold-out.ts';
import type { FaceReading } from '../../../domain/photo.ts';
import { PHOTO_LIMITS } from '../../../domain/photo-limits.ts';
import { descriptorAt, face, picture, samePerson, unreadable } from '../../support/readings.ts';

/** Photos by their name, with yaw and descriptor. */
const photos = (looks: Record<string, Partial<Pick<FaceReading, 'yaw' | 'descriptor' | 'cover'>>>) =>
  Object.entries(looks).map(([photoId, look]) => ({
    photoId,
    reading: picture({ name: photoId, faces: [face(look)] }),
  }));

/** Five faces as far apart as photos of one person are, the first nearest to all. */
const typical = { yaw: 0, descriptor: descriptorAt(0, 0) };
const at = (yaw: number, axis: number) => ({ yaw, descriptor: samePerson(axis) });
const FIVE = { typical, left: at(-25, 1), right: at(24, 2), half: at(12, 3), frontal: at(2, 4) };

it('is the one whose pose others show best, and never the most typical one', () => {
  expect(heldOutPhoto(photos(FIVE))).toBe('frontal');
});

it('is the same whatever the order of the photos', () => {
  expect(heldOutPhoto(photos(FIVE).reverse())).toBe('frontal');
});

it('of two that show the same pose it is the one that is less like any other', () => {
  const alike = { yaw: 23, descriptor: samePerson(2).map((n, i) => (i === 3 ? 0.2 : n)) };
  const looks = { typical, left: at(-25, 1), near: at(-3, 3), right: at(24, 2), also: alike, lone: at(24.5, 5) };
  expect(heldOutPhoto(photos(looks))).toBe('lone');
});

it(`there is none of fewer than ${HOLD_OUT_FROM} photos that show a face`, () => {
  const four = photos(FIVE).slice(0, HOLD_OUT_FROM - 1);
  expect(heldOutPhoto(four)).toBeUndefined();
  expect(heldOutPhoto([...four, { photoId: 'broken', reading: unreadable('corrupt') }])).toBeUndefined();
});

it('is none that another photo repeats: the training would see its face all the same', () => {
  const twin = { yaw: 2, descriptor: samePerson(4).map((n, i) => (i === 5 ? COPY_DISTANCE - 0.01 : n)) };
  expect(heldOutPhoto(photos({ ...FIVE, twin }))).toBe('half');
});

it('is none whose face is covered: the likeness to it would be that to what covers it', () => {
  const { frontal, ...others } = FIVE;
  const glasses = { ...frontal, cover: { part: 'eyes', certainty: 1 } } as const;
  expect(heldOutPhoto(photos({ ...others, glasses }))).toBe('right');
});

it('is none that is unlike the rest: it may show somebody else', () => {
  const odd = { yaw: 2, descriptor: descriptorAt(6, PHOTO_LIMITS.warnStranger) };
  expect(heldOutPhoto(photos({ ...FIVE, odd }))).not.toBe('odd');
});
