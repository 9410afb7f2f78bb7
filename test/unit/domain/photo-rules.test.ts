// Each photo rule at its limit: one picture that just breaks it, one that just passes.

import { describe, expect, it } from 'vitest';
import {
  BYSTANDER_SHARE,
  MAX_FACE_DISAGREEMENT,
  MAX_YAW,
  MIN_FACE_WIDTH,
  WARN_FACE_WIDTH,
  WARN_YAW,
} from '../../../domain/face-limits.ts';
import type { PictureReading } from '../../../domain/photo.ts';
import type { FindingCode, PhotoInSet } from '../../../domain/photo-rules.ts';
import { FINDING_CODES, judgePhoto, judgeSet, mainFace, PHOTO_LIMITS } from '../../../domain/photo-rules.ts';
import { descriptorAt, face, picture, samePerson, unreadable } from '../../support/readings.ts';

const withFace = (changes: Parameters<typeof face>[0]) => picture({ faces: [face(changes)] });
const withBystander = (changes: Parameters<typeof face>[0]) => picture({ faces: [face(), face(changes)] });
const WIDTH = face().box.width;

interface Row {
  code: FindingCode;
  severity: 'warning' | 'rejection';
  breaks: PictureReading;
  passes: PictureReading;
  value?: number;
  limit?: number;
}

const ROWS: Row[] = [
  { code: 'unsupported_format', severity: 'rejection', breaks: unreadable('unsupported_format'), passes: picture() },
  { code: 'animated', severity: 'rejection', breaks: unreadable('animated'), passes: picture({ format: 'webp' }) },
  { code: 'truncated', severity: 'rejection', breaks: unreadable('truncated'), passes: picture() },
  { code: 'corrupt', severity: 'rejection', breaks: unreadable('corrupt'), passes: picture() },
  { code: 'too_many_pixels', severity: 'rejection', breaks: unreadable('too_many_pixels'), passes: picture() },
  {
    code: 'too_many_bytes',
    severity: 'rejection',
    breaks: unreadable('too_many_bytes', PHOTO_LIMITS.maxBytes + 1),
    passes: picture({ bytes: PHOTO_LIMITS.maxBytes }),
    value: PHOTO_LIMITS.maxBytes + 1,
    limit: PHOTO_LIMITS.maxBytes,
  },
  {
    code: 'low_resolution',
    severity: 'warning',
    breaks: picture({ width: 900, height: 511 }),
    passes: picture({ width: 512, height: 512 }),
    value: 511,
    limit: 512,
  },
  {
    code: 'low_resolution',
    severity: 'rejection',
    breaks: picture({ width: 255, height: 900 }),
    passes: picture({ width: 512, height: 900 }),
    value: 255,
    limit: 256,
  },
  { code: 'no_face', severity: 'rejection', breaks: picture({ faces: [] }), passes: picture() },
  {
    code: 'no_face',
    severity: 'rejection',
    breaks: withFace({ disagreement: MAX_FACE_DISAGREEMENT + 0.01 }),
    passes: withFace({ disagreement: MAX_FACE_DISAGREEMENT }),
  },
  {
    code: 'several_faces',
    severity: 'rejection',
    breaks: withBystander({ width: WIDTH * BYSTANDER_SHARE }),
    passes: withBystander({ width: WIDTH * BYSTANDER_SHARE - 1 }),
    value: 2,
    limit: 1,
  },
  {
    code: 'several_faces',
    severity: 'rejection',
    breaks: withBystander({ disagreement: MAX_FACE_DISAGREEMENT }),
    passes: withBystander({ disagreement: MAX_FACE_DISAGREEMENT + 0.01 }),
  },
  {
    code: 'face_too_small',
    severity: 'rejection',
    breaks: withFace({ width: MIN_FACE_WIDTH - 1 }),
    passes: withFace({ width: WARN_FACE_WIDTH }),
    value: MIN_FACE_WIDTH - 1,
    limit: MIN_FACE_WIDTH,
  },
  {
    code: 'face_too_small',
    severity: 'warning',
    breaks: withFace({ width: MIN_FACE_WIDTH }),
    passes: withFace({ width: WARN_FACE_WIDTH }),
    value: MIN_FACE_WIDTH,
    limit: WARN_FACE_WIDTH,
  },
  {
    code: 'face_turned_away',
    severity: 'rejection',
    breaks: withFace({ yaw: -(MAX_YAW + 1) }),
    passes: withFace({ yaw: -WARN_YAW }),
    value: MAX_YAW + 1,
    limit: MAX_YAW,
  },
  {
    code: 'face_turned_away',
    severity: 'warning',
    breaks: withFace({ yaw: WARN_YAW + 1 }),
    passes: withFace({ yaw: WARN_YAW }),
    value: WARN_YAW + 1,
    limit: WARN_YAW,
  },
  {
    code: 'blurred',
    severity: 'rejection',
    breaks: withFace({ sharpness: PHOTO_LIMITS.rejectSharpness - 1 }),
    passes: withFace({ sharpness: PHOTO_LIMITS.warnSharpness }),
    value: PHOTO_LIMITS.rejectSharpness - 1,
    limit: PHOTO_LIMITS.rejectSharpness,
  },
  {
    code: 'blurred',
    severity: 'warning',
    breaks: withFace({ sharpness: PHOTO_LIMITS.rejectSharpness }),
    passes: withFace({ sharpness: PHOTO_LIMITS.warnSharpness }),
    value: PHOTO_LIMITS.rejectSharpness,
    limit: PHOTO_LIMITS.warnSharpness,
  },
];

describe('one photo', () => {
  it.each(ROWS)('$code is a $severity just past its limit', ({ code, severity, breaks, value, limit }) => {
    const findings = judgePhoto(breaks);
    expect(findings.map((finding) => [finding.code, finding.severity])).toEqual([[code, severity]]);
    if (value !== undefined) expect(findings[0]).toMatchObject({ value });
    if (limit !== undefined) expect(findings[0]).toMatchObject({ limit });
  });

  it.each(ROWS)('$code is silent at its limit ($severity)', ({ passes }) => {
    expect(judgePhoto(passes)).toEqual([]);
  });

  it('every finding code but those of the set stands in the table', () => {
    const ofTheSet: FindingCode[] = ['wrong_person', 'duplicate'];
    expect(new Set([...ROWS.map((row) => row.code), ...ofTheSet])).toEqual(new Set(FINDING_CODES));
  });

  it('says "Format not supported" for what is no JPEG, PNG or WebP, and for an animation', () => {
    for (const problem of ['unsupported_format', 'animated'] as const) {
      expect(judgePhoto(unreadable(problem))[0]?.message).toContain('Format not supported');
    }
  });

  it('names everything that is wrong at once, so that nobody uploads twice for one photo', () => {
    const bad = picture({ width: 300, height: 300, faces: [face({ width: 60, yaw: 60, sharpness: 20 })] });
    const codes = judgePhoto(bad).map((finding) => finding.code);
    expect(codes).toEqual(['low_resolution', 'face_too_small', 'face_turned_away', 'blurred']);
  });

  it('a face turned away is told apart from no face, however much detector and landmarks disagree', () => {
    const [finding] = judgePhoto(withFace({ yaw: MAX_YAW + 5, disagreement: 0.9 }));
    expect(finding?.code).toBe('face_turned_away');
  });

  it('a larger shape that is no face does not hide the face', () => {
    const real = face({ width: 100 });
    expect(mainFace(picture({ faces: [face({ width: 400, disagreement: 0.8 }), real] }))).toBe(real);
  });
});

/** Photos p1, p2, … with these descriptors. */
function setOf(...descriptors: (readonly number[])[]): PhotoInSet[] {
  return descriptors.map((descriptor, i) => {
    const photoId = `p${i + 1}`;
    return { photoId, reading: picture({ name: photoId, faces: [face({ descriptor })] }) };
  });
}

const family = (count: number) => Array.from({ length: count }, (_, axis) => samePerson(axis));
const stranger = descriptorAt(100, 0.9);
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
    const report = judgeSet(setOf(...family(3), stranger, descriptorAt(101, 0.9)), LIMITS);
    const rejected = report.photos.filter((photo) => photo.verdict === 'rejected');
    expect(rejected.map((photo) => photo.photoId)).toEqual(['p4', 'p5']);
  });

  /** A photo so far from every one of the others, which all lie at the origin. */
  const apart = (distance: number) => setOf(descriptorAt(0, 0), descriptorAt(0, 0), descriptorAt(0, distance));

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
    const blurred = { photoId: 'p5', reading: withFace({ sharpness: 5, descriptor: stranger }) };
    const report = judgeSet([...photos, blurred], LIMITS);
    expect(report).toMatchObject({ sufficient: true, accepted: ['p1', 'p2', 'p3', 'p4'] });
    expect(report.photos[4]?.findings.map((f) => f.code)).toEqual(['blurred']);
  });

  it('the same file twice counts once: the second is the duplicate', () => {
    const photos = setOf(...family(3));
    const again = photos.slice(0, 1).map(({ reading }) => ({ photoId: 'again', reading }));
    const report = judgeSet([...photos, ...again], LIMITS);
    expect(report.accepted).toEqual(['p1', 'p2', 'p3']);
    expect(report.photos[3]).toMatchObject({ verdict: 'rejected', findings: [{ code: 'duplicate' }] });
    expect(report.photos[0]?.findings).toEqual([]);
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
