// What a round says of its images: likeness to all references and to the one that was held out, and flags beside it
// that never change a score.

import { describe, expect, it } from 'vitest';
import { COPY_BITS, COPY_DISTANCE } from '../../../domain/copy-of-reference.ts';
import { MAX_YAW } from '../../../domain/face-limits.ts';
import { hashDistance } from '../../../domain/hash-distance.ts';
import type { FaceReading, ReadablePicture } from '../../../domain/photo.ts';
import { referenceModel, referencesOf } from '../../../domain/reference-model.ts';
import { scoreOf } from '../../../domain/score.ts';
import { scoreRound } from '../../../domain/score-round.ts';
import { descriptorAt, face, picture } from '../../support/readings.ts';

const ORIGIN = descriptorAt(0, 0);

/** Photos at these distances from the origin, named r0, r1, …, any two at a right angle. */
const photosAt = (...distances: number[]) =>
  distances.map((distance, i) => ({
    photoId: `r${i}`,
    reading: picture({ name: `r${i}`, faces: [face({ descriptor: descriptorAt(i, distance) })] }),
  }));
const modelOf = (photos: ReturnType<typeof photosAt>) => referenceModel(referencesOf(photos));
const portrait = (reading = picture({ name: 'test', faces: [face({ descriptor: ORIGIN })] })) =>
  ({ type: 'portrait', imageId: 'image-1', reading }) as const;

describe('likeness', () => {
  it.each([
    ['one reference', [0.3], 0.3],
    ['three, of which one is odd', [0.3, 0.4, 1.2], 0.4],
    ['four', [0.3, 0.4, 0.5, 1.2], 0.45],
  ])('counts the median distance to the references: %s', (_name, distances, median) => {
    const [scored] = scoreRound([portrait()], modelOf(photosAt(...distances)), undefined).scores;
    expect(scored).toMatchObject({ state: 'scored', distance: median });
    expect(scored?.state === 'scored' && scored.score).toBeCloseTo(scoreOf(median), 0);
  });

  it.each([
    ['the odd one of three', [0.3, 0.4, 1.2], { nearest: 'r0', median: 'r1', farthest: 'r2' }],
    [
      'of four the farther of the two in the middle',
      [1.2, 0.5, 0.3, 0.4],
      { nearest: 'r2', median: 'r1', farthest: 'r0' },
    ],
    ['of one that one', [0.3], { nearest: 'r0', median: 'r0', farthest: 'r0' }],
  ])('names what it judged by: %s', (_name, distances, named) => {
    const [scored] = scoreRound([portrait()], modelOf(photosAt(...distances)), undefined).scores;
    const compared = scored?.state === 'scored' ? scored.compared : undefined;
    expect(Object.entries(compared ?? {}).map(([place, { photoId }]) => [place, photoId])).toEqual(
      Object.entries(named),
    );
    for (const { photoId, distance, score } of Object.values(compared ?? {})) {
      expect(distance).toBe(distances[Number(photoId.slice(1))]);
      expect(score).toBeCloseTo(scoreOf(distance), 1);
    }
  });

  it('names no reference that it repeats: that one does not count', () => {
    const [scored] = scoreRound([portrait()], modelOf(photosAt(COPY_DISTANCE / 2, 0.5, 0.6)), undefined).scores;
    expect(scored).toMatchObject({
      copyOf: 'r0',
      compared: { nearest: { photoId: 'r1' }, median: { photoId: 'r2' }, farthest: { photoId: 'r2' } },
    });
  });

  it('tells the distance to the middle of the references beside it, and makes no score of it', () => {
    const [scored] = scoreRound([portrait()], modelOf(photosAt(0.4, 0.4, 0.4, 0.4)), undefined).scores;
    expect(scored).toMatchObject({ distance: 0.4, centroidDistance: 0.2, score: 100 });
  });

  it('of one that the provider flagged there is a reason, never a zero, and the others count', () => {
    const flagged = { type: 'profile', imageId: 'image-2', flagged: true } as const;
    const alone = scoreRound([portrait()], modelOf(photosAt(0.3, 0.3, 0.3)), undefined).summary;
    const { scores, summary } = scoreRound([portrait(), flagged], modelOf(photosAt(0.3, 0.3, 0.3)), undefined);
    expect(scores[1]).toEqual({
      type: 'profile',
      imageId: 'image-2',
      state: 'not_scorable',
      reason: 'provider_flagged',
    });
    expect(summary).toMatchObject({ mean: alone.mean, worst: alone.worst, scorable: 1, of: 2, copies: 0 });
  });

  it('of what cannot be scored there is a reason and no number', () => {
    const turned = portrait(picture({ faces: [face({ yaw: MAX_YAW + 1, descriptor: ORIGIN })] }));
    const { scores, summary } = scoreRound([turned], modelOf(photosAt(0.3, 0.3, 0.3)), 'r1');
    expect(scores).toEqual([{ type: 'portrait', imageId: 'image-1', state: 'not_scorable', reason: 'extreme_pose' }]);
    expect(summary).toMatchObject({ scorable: 0, heldOut: { photoId: 'r1' } });
    expect(summary.heldOut?.mean).toBeUndefined();
  });

  it('counts the photo that was held out among the references, and tells the likeness to it alone', () => {
    const model = modelOf(photosAt(0.3, 0.3, 1.09));
    const { scores, summary } = scoreRound([portrait()], model, 'r2');
    expect(scores[0]).toMatchObject({ distance: 0.3, heldOut: { distance: 1.09, score: 52.5 } });
    expect(summary.heldOut).toEqual({ photoId: 'r2', mean: 52.5 });
    expect(summary.passed).toBe(scoreRound([portrait()], model, undefined).summary.passed);
  });

  it('tells how many references there are, and how far apart they lie themselves', () => {
    const { summary } = scoreRound([portrait()], modelOf(photosAt(0.3, 0.4, 0)), undefined);
    expect(summary.references).toEqual({ count: 3, spread: { median: 0.4, max: 0.45 } });
    expect(scoreRound([portrait()], modelOf(photosAt(0.3)), undefined).summary.references).toEqual({ count: 1 });
  });

  describe('with references whose face is covered', () => {
    const masked = (axis: number, distance: number) => ({
      photoId: `m${axis}`,
      reading: picture({
        name: `m${axis}`,
        faces: [face({ descriptor: descriptorAt(axis, distance), cover: { part: 'mouth', certainty: 1 } })],
      }),
    });

    it('counts the distance to the bare ones alone', () => {
      const model = modelOf([...photosAt(0.3, 0.4, 0.5), masked(10, 1.2), masked(11, 1.3)]);
      const { scores, summary } = scoreRound([portrait()], model, undefined);
      expect(scores[0]).toMatchObject({ state: 'scored', distance: 0.4 });
      expect(summary.references).toMatchObject({ count: 3 });
    });

    it('counts them where there are no others, and still finds a copy of one', () => {
      const all = modelOf([masked(10, 0.6), masked(11, 0.7)]);
      expect(scoreRound([portrait()], all, undefined).scores[0]).toMatchObject({ distance: 0.65 });
      const some = modelOf([...photosAt(0.9), masked(10, 0.6)]);
      const copy = portrait(picture({ name: 'test', faces: [face({ descriptor: descriptorAt(10, 0.5) })] }));
      expect(scoreRound([copy], some, undefined).scores[0]).toMatchObject({ copyOf: 'm10' });
    });

    it('scores a covered test image as before: only photos are asked to be bare', () => {
      const image = (cover: FaceReading['cover']) =>
        portrait(picture({ name: 'test', faces: [face({ descriptor: ORIGIN, cover })] }));
      const model = modelOf(photosAt(0.3, 0.4, 0.5));
      const scored = (certainty: number) => scoreRound([image({ part: 'eyes', certainty })], model, undefined);
      expect(scored(1)).toEqual(scored(0));
    });
  });

  it('a reference without a face is left out, and not counted as far away', () => {
    const faceless = { photoId: 'tree', reading: picture({ name: 'tree', faces: [] }) };
    expect(referencesOf([...photosAt(0.3), faceless]).map(({ photoId }) => photoId)).toEqual(['r0']);
  });
});

/** The hash with its last `count` bits turned. */
const turned = (hash: string, count: number) =>
  (BigInt(`0x${hash}`) ^ (2n ** BigInt(count) - 1n)).toString(16).padStart(16, '0');

describe('a copy of a reference', () => {
  const photos = photosAt(0.3, 0.4, 0.5);
  const model = modelOf(photos);
  const second = photos[1]?.reading ?? picture();
  const copyOf = (reading: ReadablePicture) => scoreRound([portrait(reading)], model, undefined).scores[0]?.copyOf;
  const facing = (descriptor: number[], changes: Partial<ReadablePicture> = {}) =>
    picture({ name: 'test', faces: [face({ descriptor })], ...changes });

  it.each([
    ['the same face', COPY_DISTANCE - 0.001, 'r1'],
    ['as like as two photos may be', COPY_DISTANCE, undefined],
  ])('is told by the face: %s', (_name, distance, copied) => {
    expect(copyOf(facing(descriptorAt(1, 0.4 - distance)))).toBe(copied);
  });

  it.each(['phash', 'mirrorPhash'] as const)('is told by the picture, as it is or mirrored: %s', (hash) => {
    expect(copyOf(facing(ORIGIN, { phash: turned(second[hash], COPY_BITS) }))).toBe('r1');
    expect(copyOf(facing(ORIGIN, { phash: turned(second[hash], COPY_BITS + 1) }))).toBeUndefined();
    expect(hashDistance(second[hash], turned(second[hash], 64))).toBe(64);
  });

  it('is told of a picture that cannot be scored too', () => {
    expect(copyOf(picture({ name: 'test', faces: [], phash: second.phash }))).toBe('r1');
  });

  it('gains nothing by it: the photo that it repeats does not count', () => {
    const { scores, summary } = scoreRound([portrait(facing(descriptorAt(1, 0.4)))], model, undefined);
    const toOthers = (Math.hypot(0.3, 0.4) + Math.hypot(0.5, 0.4)) / 2;
    expect(scores[0]).toMatchObject({ copyOf: 'r1', distance: Number(toOthers.toFixed(3)) });
    expect(summary.copies).toBe(1);
  });

  it('of the only reference there is nothing else to count', () => {
    const { scores } = scoreRound([portrait(facing(descriptorAt(0, 0.3)))], modelOf(photosAt(0.3)), undefined);
    expect(scores[0]).toMatchObject({ copyOf: 'r0', distance: 0 });
  });
});

it('a finding on the type of an image changes no score', () => {
  const model = modelOf(photosAt(0.3, 0.3, 0.3));
  const reading = picture({ name: 'test', faces: [face({ yaw: 3, descriptor: ORIGIN })] });
  const scores = (['profile', 'lighting'] as const).map((type) => {
    const images = [portrait(), { type, imageId: 'image-2', reading }];
    return scoreRound(images, model, undefined).scores[1];
  });
  expect(scores.map((score) => score?.typeFindings?.map(({ code }) => code))).toEqual([
    ['not_profile'],
    ['same_as_portrait'],
  ]);
  expect(scores.map((score) => score?.state === 'scored' && score.score)).toEqual([100, 100]);
});
