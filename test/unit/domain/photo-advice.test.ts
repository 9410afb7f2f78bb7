// Advice on a set of photos that is good enough: what would make it better.

import { describe, expect, it } from 'vitest';
import type { ReadablePicture } from '../../../domain/photo.ts';
import { ADVICE_CODES, type AdviceCode, adviceOn, VARIETY } from '../../../domain/photo-advice.ts';
import { judgeSet } from '../../../domain/photo-set.ts';
import { face, picture, samePerson, unreadable } from '../../support/readings.ts';

const LIMITS = { maxPhotos: 5 };

/** Five photos with nothing to advise: the last one looks aside, is larger and brighter. */
function variedSet(last: { yaw?: number; width?: number; brightness?: number } = {}, count = 5): ReadablePicture[] {
  const first = { yaw: 0, width: VARIETY.faceWidth - 1, brightness: 100 };
  const other = { yaw: VARIETY.yaw, width: VARIETY.faceWidth, brightness: 100 + VARIETY.brightness, ...last };
  return Array.from({ length: count }, (_, i) => {
    const descriptor = samePerson(i);
    return picture({ name: `p${i}`, faces: [face({ ...(i === count - 1 ? other : first), descriptor })] });
  });
}

const codes = (photos: readonly ReadablePicture[], limits = LIMITS) => adviceOn(photos, limits).map(({ code }) => code);

describe('advice', () => {
  it('a varied set needs none', () => {
    expect(codes(variedSet())).toEqual([]);
  });

  const rows: [AdviceCode, ReadablePicture[]][] = [
    ['few_photos', variedSet({}, 4)],
    ['same_pose', variedSet({ yaw: VARIETY.yaw - 1 })],
    ['no_close_up', variedSet({ width: VARIETY.faceWidth - 1 })],
    ['one_light', variedSet({ brightness: 100 + VARIETY.brightness - 1 })],
  ];
  it.each(rows)('%s is said just past its limit, alone', (code, photos) => {
    expect(codes(photos)).toEqual([code]);
    expect(adviceOn(photos, LIMITS)[0]?.message).toMatch(/^[A-Z].{10,90}\.$/);
  });

  it('every code stands in the table', () => {
    expect(rows.map(([code]) => code)).toEqual([...ADVICE_CODES]);
  });

  it('heads to either side are a variety', () => {
    expect(codes(variedSet({ yaw: -VARIETY.yaw }))).toEqual([]);
  });

  it('more photos are not asked for where the setting allows no more', () => {
    expect(codes(variedSet({}, 4), { maxPhotos: 4 })).toEqual([]);
  });

  it('is none while photos are too few to start with: that is said already', () => {
    expect(codes(variedSet({ yaw: 0 }, 2))).toEqual([]);
    expect(codes(variedSet({ yaw: 0 }, 3))).toContain('same_pose');
  });

  it('of a set is on the photos that can be used, and stops nothing', () => {
    const photos = variedSet({}, 4).map((reading, i) => ({ photoId: `p${i}`, reading }));
    const report = judgeSet([...photos, { photoId: 'p5', reading: unreadable('corrupt') }], LIMITS);
    expect(report).toMatchObject({ sufficient: true, advice: [{ code: 'few_photos' }] });
  });
});
