// What a test image shows of what its type asks for, at each limit and just past it.

import { expect, it } from 'vitest';
import type { FaceReading, ReadablePicture } from '../../../domain/photo.ts';
import { TEST_TYPES, type TestType } from '../../../domain/test-suite.ts';
import { TYPE_LIMITS, typeFindings } from '../../../domain/type-findings.ts';
import { face, picture } from '../../support/readings.ts';

const SIDE = 1000;

interface Shown {
  /** Shares of the picture's height. */
  height?: number;
  middle?: number;
  face?: Partial<FaceReading>;
  picture?: Partial<ReadablePicture>;
}

function shown({ height = 0.4, middle = 0.4, ...changes }: Shown = {}) {
  const box = { x: 300, y: (middle - height / 2) * SIDE, width: height * SIDE, height: height * SIDE };
  const reading = { ...face(), box, ...changes.face };
  return {
    picture: { ...picture({ width: SIDE, height: SIDE, faces: [reading] }), ...changes.picture },
    face: reading,
  };
}

const PORTRAIT = shown({ face: { brightness: 120 }, picture: { phash: '0'.repeat(16) } });
const bits = (count: number) => (2n ** BigInt(count) - 1n).toString(16).padStart(16, '0');
const { portraitFace, fullbodyFace, fullbodyMiddle, profileYaw, lightBrightness, lightClipped, pictureBits } =
  TYPE_LIMITS;

const CASES: [TestType, string, { breaks: Shown; passes: Shown }][] = [
  ['portrait', 'face_not_large', { breaks: { height: portraitFace - 0.01 }, passes: { height: portraitFace } }],
  [
    'fullbody',
    'not_fullbody',
    { breaks: { height: fullbodyFace + 0.01, middle: 0.2 }, passes: { height: fullbodyFace, middle: 0.2 } },
  ],
  [
    'fullbody',
    'not_fullbody',
    { breaks: { height: 0.1, middle: fullbodyMiddle + 0.01 }, passes: { height: 0.1, middle: fullbodyMiddle } },
  ],
  ['profile', 'not_profile', { breaks: { face: { yaw: 1 - profileYaw } }, passes: { face: { yaw: -profileYaw } } }],
  [
    'lighting',
    'same_as_portrait',
    {
      breaks: { face: { brightness: 120 - lightBrightness } },
      passes: { face: { brightness: 119 - lightBrightness } },
    },
  ],
  [
    'lighting',
    'same_as_portrait',
    {
      breaks: { face: { brightness: 120, clipped: lightClipped } },
      passes: { face: { brightness: 120, clipped: lightClipped + 0.01 } },
    },
  ],
  [
    'expression',
    'same_as_portrait',
    { breaks: { picture: { phash: bits(pictureBits) } }, passes: { picture: { phash: bits(pictureBits + 1) } } },
  ],
];

it.each(CASES)('%s: %s', (type, code, { breaks, passes }) => {
  expect(typeFindings(type, shown(breaks), PORTRAIT).map((finding) => finding.code)).toEqual([code]);
  expect(typeFindings(type, shown(passes), PORTRAIT)).toEqual([]);
});

it('a finding says what was measured, the limit, and where to look', () => {
  const [finding] = typeFindings('profile', shown({ face: { yaw: -4.567 } }), undefined);
  expect(finding).toEqual({ code: 'not_profile', message: expect.any(String), value: 4.57, limit: profileYaw });
});

it.each(['lighting', 'expression'] as const)('without a portrait nothing is said of the %s', (type) => {
  expect(typeFindings(type, PORTRAIT, PORTRAIT)).toHaveLength(1);
  expect(typeFindings(type, PORTRAIT, undefined)).toEqual([]);
});

it('every type has a finding that can be made', () => {
  expect([...new Set(CASES.map(([type]) => type))].sort()).toEqual([...TEST_TYPES].sort());
});
