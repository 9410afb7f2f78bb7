// Photos that repeat another: copies are rejected, what is very similar is warned, and the other photo is named.

import { describe, expect, it } from 'vitest';
import { COPY_DISTANCE } from '../../../domain/copy-of-reference.ts';
import type { ReadablePicture } from '../../../domain/photo.ts';
import { PHOTO_LIMITS } from '../../../domain/photo-limits.ts';
import { judgeSet, type PhotoInSet } from '../../../domain/photo-set.ts';
import { face, picture, samePerson } from '../../support/readings.ts';

const { duplicateBits, mirrorDistance, similarDistance } = PHOTO_LIMITS;
const LIMITS = { maxPhotos: 5 };
const A_LITTLE = 0.001;

/** The hash with so many of its bits turned over. */
function flipped(hash: string, bits: number): string {
  return (BigInt(`0x${hash}`) ^ ((1n << BigInt(bits)) - 1n)).toString(16).padStart(16, '0');
}

const photo = (photoId: string, axis: number): PhotoInSet & { reading: ReadablePicture } => ({
  photoId,
  reading: picture({ name: photoId, faces: [face({ descriptor: samePerson(axis) })] }),
});
const SET = [photo('p1', 1), photo('p2', 2), photo('p3', 3)] as const;

interface Repeat {
  bits?: number;
  mirroredBits?: number;
  distance: number;
}

/** Another file that lies so far from p1: by the bits of its hash or of its mirror image's, and by its face. */
function repeatOfP1({ bits, mirroredBits, distance }: Repeat): PhotoInSet & { reading: ReadablePicture } {
  const { phash, faces } = SET[0].reading;
  const descriptor = (faces[0]?.descriptor ?? []).with(60, distance);
  const hashes = {
    ...(bits === undefined ? {} : { phash: flipped(phash, bits) }),
    ...(mirroredBits === undefined ? {} : { mirrorPhash: flipped(phash, mirroredBits) }),
  };
  return { photoId: 'p4', reading: picture({ name: 'p4', ...hashes, faces: [face({ descriptor })] }) };
}

const found = (photos: readonly PhotoInSet[]) => judgeSet(photos, LIMITS).photos.at(-1)?.findings ?? [];

describe('a repeated photo', () => {
  it.each([
    ['a copy', { bits: duplicateBits, distance: COPY_DISTANCE - A_LITTLE }],
    ['a mirror image', { mirroredBits: duplicateBits, distance: mirrorDistance - A_LITTLE }],
  ])('%s is rejected at its limits, and the first one is named', (_, repeat) => {
    const report = judgeSet([...SET, repeatOfP1(repeat)], LIMITS);
    const measured = { value: duplicateBits, limit: duplicateBits, otherPhotoId: 'p1' };
    expect(report.photos[3]?.findings).toMatchObject([{ code: 'duplicate', severity: 'rejection', ...measured }]);
    expect(report.accepted).toEqual(['p1', 'p2', 'p3']);
    expect(report.photos[0]?.findings).toEqual([]);
  });

  it.each([
    ['other bits, the same face: a crop', { bits: duplicateBits + 1, distance: similarDistance - A_LITTLE }],
    ['the same bits, nearly the same face: a fixed camera', { bits: 0, distance: COPY_DISTANCE }],
    ['the same bits, nearly the same face', { bits: duplicateBits, distance: mirrorDistance - A_LITTLE }],
    ['a crop of the mirror image', { mirroredBits: duplicateBits + 1, distance: similarDistance - A_LITTLE }],
  ])('%s is warned, and stays', (_, repeat) => {
    const report = judgeSet([...SET, repeatOfP1(repeat)], LIMITS);
    const [finding, ...rest] = report.photos[3]?.findings ?? [];
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({ code: 'near_duplicate', severity: 'warning', otherPhotoId: 'p1' });
    expect(finding?.value).toBeCloseTo(repeat.distance, 3);
    expect(report.accepted).toEqual(['p1', 'p2', 'p3', 'p4']);
  });

  it.each([
    ['the same bits and another face', { bits: 0, distance: mirrorDistance + A_LITTLE }],
    ['a few bits more and another face', { bits: duplicateBits + 1, distance: similarDistance + A_LITTLE }],
    ['a mirrored picture and another face', { mirroredBits: 0, distance: mirrorDistance + A_LITTLE }],
  ])('%s is another photo', (_, repeat) => {
    expect(found([...SET, repeatOfP1(repeat)])).toEqual([]);
  });

  it('the same file counts once, whatever is wrong with it', () => {
    const again = (of: PhotoInSet) => ({ ...of, photoId: 'again' });
    expect(found([...SET, again(SET[1])])).toMatchObject([{ code: 'duplicate', otherPhotoId: 'p2' }]);
    const blurred = { photoId: 'p4', reading: picture({ name: 'p4', faces: [face({ blur: 5 })] }) };
    expect(found([...SET, blurred, again(blurred)]).map((f) => f.code)).toEqual(['blurred', 'duplicate']);
  });

  it('is not named after one that cannot be used: the sharp photo of a blurred one is welcome', () => {
    const soft = { ...SET[0].reading, sha256: 'soft', faces: [face({ descriptor: samePerson(1), blur: 5 })] };
    const report = judgeSet([{ photoId: 'soft', reading: soft }, ...SET], LIMITS);
    expect(report.accepted).toEqual(['p1', 'p2', 'p3']);
    expect(report.photos.slice(1).flatMap((p) => p.findings)).toEqual([]);
  });

  it('is not held against a copy that goes: only the first one stays', () => {
    const copy = repeatOfP1({ bits: duplicateBits, distance: COPY_DISTANCE - A_LITTLE });
    const further = repeatOfP1({ bits: 2 * duplicateBits, distance: 2 * (COPY_DISTANCE - A_LITTLE) });
    const last = { ...further, photoId: 'p5', reading: { ...further.reading, sha256: 'p5' } };
    expect(found([copy, ...SET.slice(1), last])).toMatchObject([{ code: 'duplicate', otherPhotoId: 'p4' }]);
    expect(judgeSet([...SET, copy, last], LIMITS).accepted).toEqual(['p1', 'p2', 'p3', 'p5']);
    expect(found([...SET, copy, last])).toEqual([]);
  });
});
