// Each photo rule at its limit: one picture that just breaks it, one that just passes.

import { describe, expect, it } from 'vitest';
import {
  BACKGROUND_SHARE,
  BYSTANDER_SHARE,
  MAX_ROLL,
  MAX_YAW,
  MIN_FACE_WIDTH,
  WARN_FACE_WIDTH,
  WARN_YAW,
} from '../../../domain/face-limits.ts';
import type { PictureReading } from '../../../domain/photo.ts';
import { FINDING_CODES, type FindingCode } from '../../../domain/photo-findings.ts';
import { PHOTO_LIMITS } from '../../../domain/photo-limits.ts';
import { judgePhoto } from '../../../domain/photo-rules.ts';
import { face, picture, unreadable } from '../../support/readings.ts';

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
    breaks: picture({ width: 199, height: 900 }),
    passes: picture({ width: 512, height: 900 }),
    value: 199,
    limit: 200,
  },
  { code: 'no_face', severity: 'rejection', breaks: picture({ faces: [] }), passes: picture() },
  {
    code: 'turned',
    severity: 'rejection',
    breaks: withFace({ roll: -MAX_ROLL - 1 }),
    passes: withFace({ roll: MAX_ROLL }),
    value: MAX_ROLL + 1,
    limit: MAX_ROLL,
  },
  {
    code: 'several_faces',
    severity: 'rejection',
    breaks: withBystander({ width: WIDTH * BYSTANDER_SHARE }),
    passes: withBystander({ width: WIDTH * BACKGROUND_SHARE - 1 }),
    value: 2,
    limit: 1,
  },
  {
    code: 'bystander',
    severity: 'warning',
    breaks: withBystander({ width: WIDTH * BYSTANDER_SHARE - 1 }),
    passes: withBystander({ width: WIDTH * BACKGROUND_SHARE - 1 }),
    value: BYSTANDER_SHARE - 1 / WIDTH,
    limit: BACKGROUND_SHARE,
  },
  {
    code: 'bystander',
    severity: 'warning',
    breaks: withBystander({ width: WIDTH * BACKGROUND_SHARE }),
    passes: withBystander({ width: WIDTH * BACKGROUND_SHARE - 1 }),
    value: BACKGROUND_SHARE,
    limit: BACKGROUND_SHARE,
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
    code: 'face_cut_off',
    severity: 'rejection',
    breaks: withFace({ outside: PHOTO_LIMITS.rejectOutside + 0.01 }),
    passes: withFace({ outside: PHOTO_LIMITS.warnOutside }),
    value: PHOTO_LIMITS.rejectOutside + 0.01,
    limit: PHOTO_LIMITS.rejectOutside,
  },
  {
    code: 'face_cut_off',
    severity: 'warning',
    breaks: withFace({ outside: PHOTO_LIMITS.rejectOutside }),
    passes: withFace({ outside: PHOTO_LIMITS.warnOutside }),
    value: PHOTO_LIMITS.rejectOutside,
    limit: PHOTO_LIMITS.warnOutside,
  },
  {
    code: 'face_covered',
    severity: 'rejection',
    breaks: withFace({ cover: { part: 'blocks', certainty: PHOTO_LIMITS.rejectPixelated } }),
    passes: withFace({ cover: { part: 'blocks', certainty: PHOTO_LIMITS.warnCovered - 0.01 } }),
    value: PHOTO_LIMITS.rejectPixelated,
    limit: PHOTO_LIMITS.rejectPixelated,
  },
  {
    code: 'face_covered',
    severity: 'warning',
    breaks: withFace({ cover: { part: 'eyes', certainty: PHOTO_LIMITS.warnCovered } }),
    passes: withFace({ cover: { part: 'eyes', certainty: PHOTO_LIMITS.warnCovered - 0.01 } }),
    value: PHOTO_LIMITS.warnCovered,
    limit: PHOTO_LIMITS.warnCovered,
  },
  {
    code: 'badly_lit',
    severity: 'rejection',
    breaks: withFace({ brightness: PHOTO_LIMITS.rejectDark - 1 }),
    passes: withFace({ brightness: PHOTO_LIMITS.warnDark }),
    value: PHOTO_LIMITS.rejectDark - 1,
    limit: PHOTO_LIMITS.rejectDark,
  },
  {
    code: 'badly_lit',
    severity: 'warning',
    breaks: withFace({ brightness: PHOTO_LIMITS.warnDark - 1 }),
    passes: withFace({ brightness: PHOTO_LIMITS.warnDark }),
    value: PHOTO_LIMITS.warnDark - 1,
    limit: PHOTO_LIMITS.warnDark,
  },
  {
    code: 'badly_lit',
    severity: 'rejection',
    breaks: withFace({ brightness: PHOTO_LIMITS.rejectBright + 1 }),
    passes: withFace({ brightness: PHOTO_LIMITS.warnBright }),
    value: PHOTO_LIMITS.rejectBright + 1,
    limit: PHOTO_LIMITS.rejectBright,
  },
  {
    code: 'badly_lit',
    severity: 'warning',
    breaks: withFace({ brightness: PHOTO_LIMITS.warnBright + 1 }),
    passes: withFace({ brightness: PHOTO_LIMITS.warnBright }),
    value: PHOTO_LIMITS.warnBright + 1,
    limit: PHOTO_LIMITS.warnBright,
  },
  {
    code: 'badly_lit',
    severity: 'rejection',
    breaks: withFace({ clipped: PHOTO_LIMITS.rejectClipped + 0.01 }),
    passes: withFace({ clipped: PHOTO_LIMITS.warnClipped }),
    value: PHOTO_LIMITS.rejectClipped + 0.01,
    limit: PHOTO_LIMITS.rejectClipped,
  },
  {
    code: 'badly_lit',
    severity: 'warning',
    breaks: withFace({ clipped: PHOTO_LIMITS.warnClipped + 0.01 }),
    passes: withFace({ clipped: PHOTO_LIMITS.warnClipped }),
    value: PHOTO_LIMITS.warnClipped + 0.01,
    limit: PHOTO_LIMITS.warnClipped,
  },
  {
    code: 'blurred',
    severity: 'rejection',
    breaks: withFace({ blur: PHOTO_LIMITS.rejectBlur }),
    passes: withFace({ blur: PHOTO_LIMITS.warnBlur - 0.01 }),
    value: PHOTO_LIMITS.rejectBlur,
    limit: PHOTO_LIMITS.rejectBlur,
  },
  {
    code: 'blurred',
    severity: 'warning',
    breaks: withFace({ blur: PHOTO_LIMITS.rejectBlur - 0.01 }),
    passes: withFace({ blur: PHOTO_LIMITS.warnBlur - 0.01 }),
    value: PHOTO_LIMITS.rejectBlur - 0.01,
    limit: PHOTO_LIMITS.warnBlur,
  },
];

describe('one photo', () => {
  it.each(ROWS)('$code is a $severity just past its limit', ({ code, severity, breaks, value, limit }) => {
    const findings = judgePhoto(breaks);
    expect(findings.map((finding) => [finding.code, finding.severity])).toEqual([[code, severity]]);
    if (value !== undefined) expect(findings[0]?.value).toBeCloseTo(value, 3);
    if (limit !== undefined) expect(findings[0]).toMatchObject({ limit });
  });

  it.each(ROWS)('$code is silent at its limit ($severity)', ({ passes }) => {
    expect(judgePhoto(passes)).toEqual([]);
  });

  it.each([
    ['cut off', { outside: PHOTO_LIMITS.rejectOutside + 0.01 }, 'face_cut_off'],
    ['black and white alone', { clipped: PHOTO_LIMITS.rejectClipped + 0.01 }, 'badly_lit'],
    ['all dark', { brightness: PHOTO_LIMITS.rejectDark - 1 }, 'badly_lit'],
  ])('a face of which too little is seen is not called covered: %s', (_name, changes, code) => {
    const findings = judgePhoto(withFace({ ...changes, cover: { part: 'eyes', certainty: 1 } }));
    expect(findings.map((finding) => finding.code)).toEqual([code]);
  });

  it('every finding code but those of the set stands in the table', () => {
    const ofTheSet: FindingCode[] = ['wrong_person', 'duplicate', 'near_duplicate'];
    expect(new Set([...ROWS.map((row) => row.code), ...ofTheSet])).toEqual(new Set(FINDING_CODES));
  });

  it.each([
    ['heif', 'HEIC'],
    ['avif', 'AVIF'],
    ['gif', 'GIF'],
    ['tiff', 'TIFF'],
    ['jxl', 'JPEG XL'],
  ])('names the format that a file really has: %s', (format, name) => {
    const [finding] = judgePhoto({ readable: false, problem: 'unsupported_format', bytes: 1, format });
    expect(finding).toMatchObject({ code: 'unsupported_format', severity: 'rejection' });
    expect(finding?.message).toContain('Format not supported');
    expect(finding?.message).toContain(name);
    expect(finding?.message).toMatch(/JPEG[^.]*\./);
  });

  it.each([
    ['a phone', 8192, 6144],
    ['a medium format camera', 8256, 6192],
    ['another', 8272, 6200],
  ])('lets the 50 megapixels of %s pass', (_, width, height) => {
    expect(width * height).toBeLessThanOrEqual(PHOTO_LIMITS.maxPixels);
  });

  it('says "Format not supported" for what is no JPEG, PNG or WebP, and for an animation', () => {
    for (const problem of ['unsupported_format', 'animated'] as const) {
      expect(judgePhoto(unreadable(problem))[0]?.message).toContain('Format not supported');
    }
  });

  it('names everything that is wrong at once, so that nobody uploads twice for one photo', () => {
    const bad = picture({ width: 300, height: 300, faces: [face({ width: 60, yaw: 40, blur: 4 })] });
    const codes = judgePhoto(bad).map((finding) => finding.code);
    expect(codes).toEqual(['low_resolution', 'face_too_small', 'face_turned_away', 'blurred']);
  });

  it('a blurred face is told how much it shows, and what to use instead', () => {
    // Read at 142 pixels, a blur of 4 leaves what 142 / 8 pixels can show: of 568 in a picture of 1000 × 1400 that is a 32nd.
    const blurred = picture({ width: 1000, height: 1400, faces: [face({ width: 568, blur: 2 })] });
    expect(judgePhoto(blurred)).toMatchObject([{ code: 'blurred', severity: 'warning' }]);
    const more = picture({ width: 1000, height: 1400, faces: [face({ width: 568, blur: 4 })] });
    const [finding] = judgePhoto(more);
    expect(finding?.message).toContain('no more detail than a photo of about 31 × 44 pixels');
    expect(finding?.message).toContain('Use the original');
  });

  it.each([
    ['a 250 px crop', 250, ['warning low_resolution']],
    ['a thumbnail', 150, ['rejection low_resolution']],
  ])('%s with a face that is wide enough', (_, side, expected) => {
    const found = judgePhoto(picture({ width: side, height: side, faces: [face({ width: 120 })] }));
    expect(found.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected);
  });

  it('pixels that were only repeated count once: in the picture, and in the face', () => {
    const enlarged = (times: number) => picture({ width: 1000, height: 1200, enlarged: times });
    expect(judgePhoto(enlarged(1.9))).toEqual([]);
    expect(judgePhoto(enlarged(2.5))).toMatchObject([
      { code: 'low_resolution', severity: 'warning', value: 400, message: expect.stringContaining('400 × 480') },
    ]);
    const codes = judgePhoto(enlarged(10)).map(({ code, severity }) => `${severity} ${code}`);
    expect(codes).toEqual(['rejection low_resolution', 'rejection face_too_small']);
  });

  it('has one word about the light, the worst', () => {
    const glaring = withFace({ brightness: PHOTO_LIMITS.warnBright + 1, clipped: PHOTO_LIMITS.rejectClipped + 0.1 });
    expect(judgePhoto(glaring)).toMatchObject([{ code: 'badly_lit', severity: 'rejection', value: 0.7 }]);
  });

  it('of several people the one in front counts, and the smaller ones need no word of their own', () => {
    const crowd = picture({ faces: [face(), face({ width: WIDTH * 0.6 }), face({ width: WIDTH * 0.3 })] });
    expect(judgePhoto(crowd)).toMatchObject([{ code: 'several_faces', value: 2 }]);
  });

  it.each([
    [90, 270, 'lies on its side: turn it by 90° anticlockwise'],
    [-100, 90, 'lies on its side: turn it by 90° clockwise'],
    [175, 180, 'is upside down: turn it by 180°'],
    [-150, 180, 'is upside down: turn it by 180°'],
  ])('a photo whose face leans by %i° is told by how much and which way to turn', (roll, turnBy, way) => {
    expect(judgePhoto(withFace({ roll }))).toMatchObject([{ code: 'turned', turnBy, message: `The photo ${way}.` }]);
    // Turned so, it leans by no more than a photo may.
    const after = ((roll + turnBy + 180 + 360) % 360) - 180;
    expect(judgePhoto(withFace({ roll: after }))).toEqual([]);
  });

  it('of a face turned away nothing is said that the aligned face would have to tell', () => {
    const turned = withFace({ yaw: MAX_YAW + 5, blur: 5, brightness: 5, clipped: 1, outside: 1 });
    expect(judgePhoto(turned).map((finding) => finding.code)).toEqual(['face_turned_away']);
  });
});
