// What photos break together: the one who is not like the rest, too few or too many. Copies and advice
// have tests of their own.

import { describe, expect, it } from 'vitest';
import { PHOTO_LIMITS } from '../../../domain/photo-limits.ts';
import { judgeSet, type PhotoInSet } from '../../../domain/photo-set.ts';
import { descriptorAt, face, picture, SAME_PERSON, samePerson, unreadable } from '../../support/readings.ts';

const withFace = (changes: Parameters<typeof face>[0]) => picture({ faces: [face(changes)] });

/** Photos p1, p2, … with these descriptors. */
function setOf(...descriptors: (readonly number[])[]): PhotoInSet[] {
  return descriptors.map((descriptor, i) => {
    const photoId = `p${i + 1}`;
    return { photoId, reading: picture({ name: photoId, faces: [face({ descriptor })] }) };
  });
}

const family = (count: number) => Array.from({ length: count }, (_, axis) => samePerson(axis));
/** As far from the family as strangers usually are. */
const FAR = 1.3;
const stranger = descriptorAt(100, FAR);
const LIMITS = { maxPhotos: 5 };

describe('the set', () => {
  it.each([3, 4, 5])('%i good photos of one person are sufficient, in the order given', (count) => {
    const report = judgeSet(setOf(...family(count)), LIMITS);
    expect(report).toMatchObject({ sufficient: true, accepted: ['p1', 'p2', 'p3', 'p4', 'p5'].slice(0, count) });
    expect(report.problem).toBeUndefined();
    expect(report.photos.every((photo) => photo.verdict === 'accepted')).toBe(true);
  });

  const places = [3, 4, 5].flatMap((count) => Array.from({ length: count }, (_, i) => ({ count, place: i + 1 })));
  it.each(places)('a stranger at place $place of $count is named, and nobody else', ({ count, place }) => {
    const descriptors = family(count).with(place - 1, stranger);
    const report = judgeSet(setOf(...descriptors), LIMITS);
    const named = report.photos.filter((photo) => photo.findings.length > 0);
    expect(named.map((photo) => [photo.photoId, photo.findings.map((f) => f.code)])).toEqual([
      [`p${place}`, ['wrong_person']],
    ]);
    expect(report).toMatchObject({ sufficient: false, problem: { code: 'wrong_person' } });
    expect(report.accepted).not.toContain(`p${place}`);
  });

  it('a stranger stops the run even where enough photos are left', () => {
    const report = judgeSet(setOf(...family(4), stranger), LIMITS);
    expect(report.accepted).toHaveLength(4);
    expect(report.sufficient).toBe(false);
  });

  it('two strangers of different people among five are both named, and nobody else', () => {
    const report = judgeSet(setOf(...family(3), stranger, descriptorAt(101, FAR)), LIMITS);
    const rejected = report.photos.filter((photo) => photo.verdict === 'rejected');
    expect(rejected.map((photo) => photo.photoId)).toEqual(['p4', 'p5']);
  });

  /** Two photos of one person that are not copies of each other, and a third so far from either. */
  const apart = (distance: number) => {
    const [p1, p2] = [samePerson(1), samePerson(2)];
    const fromOrigin = SAME_PERSON / Math.SQRT2;
    return setOf(p1, p2, descriptorAt(3, Math.sqrt(distance ** 2 - fromOrigin ** 2)));
  };

  it('a photo that looks less like the rest is warned, and stays', () => {
    const { rejectStranger, warnStranger } = PHOTO_LIMITS;
    const odd = judgeSet(apart(rejectStranger - 0.01), LIMITS);
    expect(odd).toMatchObject({ sufficient: true, accepted: ['p1', 'p2', 'p3'] });
    expect(odd.photos.map((photo) => photo.verdict)).toEqual(['accepted', 'accepted', 'warned']);
    expect(odd.photos[2]?.findings).toMatchObject([{ code: 'wrong_person', severity: 'warning', limit: warnStranger }]);
    expect(judgeSet(apart(warnStranger - 0.01), LIMITS).photos[2]?.findings).toEqual([]);
    expect(judgeSet(apart(rejectStranger + 0.01), LIMITS).photos[2]?.verdict).toBe('rejected');
  });

  it('of two photos nobody can be told apart: too few, and no stranger', () => {
    const report = judgeSet(setOf(samePerson(0), stranger), LIMITS);
    expect(report.problem?.code).toBe('too_few_photos');
    expect(report.photos.every((photo) => photo.findings.length === 0)).toBe(true);
  });

  it('a photo that was rejected by itself says nothing about who is meant', () => {
    const photos = setOf(...family(4));
    const blurred = { photoId: 'p5', reading: withFace({ blur: 5, descriptor: stranger }) };
    const report = judgeSet([...photos, blurred], LIMITS);
    expect(report).toMatchObject({ sufficient: true, accepted: ['p1', 'p2', 'p3', 'p4'] });
    expect(report.photos[4]?.findings.map((f) => f.code)).toEqual(['blurred']);
  });

  describe('with a covered face', () => {
    const covered = { cover: { part: 'eyes', certainty: 1 }, descriptor: descriptorAt(90, FAR) } as const;
    const withCovered = (photoId: string) => ({
      photoId,
      reading: picture({ name: photoId, faces: [face(covered)] }),
    });
    const findings = (photos: readonly PhotoInSet[]) =>
      judgeSet(photos, LIMITS).photos.map((photo) => photo.findings.map(({ code, severity }) => `${severity} ${code}`));

    it.each([2, 3, 4])('among %i others says so, is never called another person, and can be used', (count) => {
      const photos = [...setOf(...family(count)), withCovered('glasses')];
      expect(findings(photos)).toEqual([...family(count).map(() => []), ['warning face_covered']]);
      expect(judgeSet(photos, LIMITS)).toMatchObject({ sufficient: true });
    });

    it('does not make the others look strange, even where there are more of them', () => {
      const photos = [...setOf(...family(3)), withCovered('glasses'), withCovered('mask'), withCovered('scarf')];
      const distant = photos.with(5, {
        photoId: 'scarf',
        reading: picture({ name: 'scarf', faces: [face({ ...covered, descriptor: descriptorAt(101, FAR) })] }),
      });
      expect(findings(distant).flat()).not.toContain('rejection wrong_person');
      expect(findings(distant).slice(0, 3)).toEqual([[], [], []]);
    });

    it('stops two bare faces that are two people, and names both: nobody knows who is meant', () => {
      const photos = [...setOf(...family(1), stranger), withCovered('glasses')];
      expect(findings(photos)).toEqual([
        ['rejection wrong_person'],
        ['rejection wrong_person'],
        ['warning face_covered'],
      ]);
      expect(judgeSet(photos, LIMITS)).toMatchObject({ sufficient: false, problem: { code: 'wrong_person' } });
    });

    it('still lets a stranger be named whose face is bare', () => {
      const photos = [...setOf(...family(3), stranger), withCovered('glasses')];
      expect(findings(photos)).toEqual([[], [], [], ['rejection wrong_person'], ['warning face_covered']]);
    });
  });

  it('of two against two nobody is in the right, and the set says so', () => {
    const other = (axis: number) => descriptorAt(100, FAR).with(axis, 0.5);
    const report = judgeSet(setOf(...family(2), other(50), other(51)), LIMITS);
    expect(report.accepted).toEqual([]);
    expect(report.problem?.message).toContain('Keep only the photos of one person');
  });

  it('a stranger given twice is one stranger, and a copy', () => {
    const twice = setOf(...family(3), stranger);
    const report = judgeSet([...twice, ...twice.slice(3).map((photo) => ({ ...photo, photoId: 'again' }))], LIMITS);
    expect(report.photos.slice(3).map((photo) => photo.findings.map((f) => f.code))).toEqual([
      ['wrong_person'],
      ['duplicate'],
    ]);
  });

  it('says "At least 3 reference images required" and how many can be used', () => {
    const photos = [...setOf(...family(2)), { photoId: 'p3', reading: unreadable('unsupported_format') }];
    const report = judgeSet(photos, LIMITS);
    expect(report).toMatchObject({ sufficient: false, problem: { code: 'too_few_photos' } });
    expect(report.problem?.message).toBe('At least 3 reference images required: 2 of 3 can be used.');
  });

  it('no photos at all are too few', () => {
    expect(judgeSet([], LIMITS)).toMatchObject({ photos: [], accepted: [], problem: { code: 'too_few_photos' } });
  });

  it('more photos than the setting allows are too many', () => {
    const six = setOf(...family(6));
    expect(judgeSet(six, { maxPhotos: 5 })).toMatchObject({ sufficient: false, problem: { code: 'too_many_photos' } });
    expect(judgeSet(six, { maxPhotos: 6 }).sufficient).toBe(true);
  });
});
