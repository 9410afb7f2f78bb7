// What the check says of a picture, from readings that nobody has to draw.

import { describe, expect, it } from 'vitest';
import type { FaceReading, ReadableFrame } from '../../../domain/photo.ts';
import { referenceModel } from '../../../domain/reference-model.ts';
import {
  checkFrame,
  FRAME_LIMITS,
  type FrameMember,
  flaggedFrame,
  type OffScreenCharacter,
} from '../../../domain/stills/check-frame.ts';
import { FINDING_CODES, type Finding, type Place } from '../../../domain/stills/still.ts';
import { face, picture } from '../../support/readings.ts';

const FRAME = { width: 1024, height: 768 };
const [ANNA, BEN, CARA, DAN] = [0, 1, 2, 3] as const;
/** Axes that are nobody's: what a face has of nobody known. */
let nextAxis = 20;

/** The cosine of two descriptors that are so far apart. */
const cosine = (distance: number): number => 1 - distance ** 2 / 2;

/** A descriptor at these distances from these people, who are at right angles to each other. */
function likeness(distances: Partial<Record<number, number>>): number[] {
  const numbers = new Array<number>(128).fill(0);
  for (const [person, distance = 2] of Object.entries(distances)) numbers[Number(person)] = cosine(distance);
  nextAxis = 20 + ((nextAxis + 1) % 100);
  numbers[nextAxis] = Math.sqrt(Math.max(0, 1 - numbers.reduce((sum, value) => sum + value * value, 0)));
  return numbers;
}

/** A face whose middle is at this share of the width. */
function at(x: number, distances: Partial<Record<number, number>>, changes: Partial<Parameters<typeof face>[0]> = {}) {
  const width = changes?.width ?? 160;
  const reading = face({ ...changes, width, descriptor: likeness(distances) });
  return { ...reading, box: { ...reading.box, x: x * FRAME.width - width / 2 } };
}

const model = (person: number) => {
  const reading = face({ descriptor: likeness({ [person]: 0 }) });
  return referenceModel([{ photoId: `photo-${person}`, picture: picture({ faces: [reading] }), face: reading }]);
};

const member = (person: number, changes: Partial<FrameMember> = {}): FrameMember => ({
  kind: 'human',
  model: model(person),
  ...changes,
});
const order = (position: number): { place: Place } => ({ place: { kind: 'order', order: position } });
const area = (x: number): { place: Place } => ({
  place: { kind: 'area', area: { x, y: 0, width: 0.3, height: 1 } },
});

const frameOf = (...faces: FaceReading[]): ReadableFrame => ({ readable: true, ...FRAME, faces });
const check = (faces: FaceReading[], cast: FrameMember[], offScreen: OffScreenCharacter[] = []) =>
  checkFrame({ frame: frameOf(...faces), cast, offScreen });
const findings = (...given: Parameters<typeof check>): Finding[] => check(...given).findings;

const TWO = [member(ANNA, order(0)), member(BEN, order(1))];

describe('a picture without findings', () => {
  it('has every member recognised, with box and score, from left to right', () => {
    const [anna, ben] = [at(0.7, { [ANNA]: 0.75 }), at(0.2, { [BEN]: 0.9 })];
    const { faces, findings, size, calibration } = check([anna, ben], [member(ANNA), member(BEN)]);
    expect(findings).toEqual([]);
    expect(faces).toEqual([
      { box: ben.box, state: 'recognised', member: 1, score: 97 },
      { box: anna.box, state: 'recognised', member: 0, score: 99.8 },
    ]);
    expect({ size, calibration }).toEqual({ size: FRAME, calibration: FRAME_LIMITS.version });
  });

  it('may have people far behind', () => {
    const crowd = [0.4, 0.5, 0.6].map((x) => at(x, {}, { width: 40 }));
    const { faces, findings } = check([at(0.2, { [ANNA]: 0.8 }), ...crowd, at(0.8, { [BEN]: 0.8 })], TWO);
    expect(findings).toEqual([]);
    expect(faces.map(({ state }) => state)).toEqual([
      'recognised',
      'background',
      'background',
      'background',
      'recognised',
    ]);
  });
});

describe('who is missing, too many or twice', () => {
  it('a member without a face is missing', () => {
    expect(findings([at(0.2, { [ANNA]: 0.8 })], TWO)).toEqual([{ code: 'missing_character', member: 1 }]);
    expect(findings([], TWO)).toEqual([
      { code: 'missing_character', member: 0 },
      { code: 'missing_character', member: 1 },
    ]);
  });

  it('a face that is nobody of the cast is a person too many, also in the place of a member', () => {
    const { faces, findings } = check([at(0.2, { [ANNA]: 0.8 }), at(0.5, {}), at(0.8, { [BEN]: 0.8 })], TWO);
    expect(findings).toEqual([{ code: 'extra_person', face: 1 }]);
    expect(faces[1]?.state).toBe('stranger');
    expect(check([at(0.2, { [ANNA]: 0.8 }), at(0.8, {})], TWO).findings).toEqual([
      { code: 'missing_character', member: 1 },
      { code: 'extra_person', face: 1 },
    ]);
  });

  it('a second face of a member is named, and is not given to another member', () => {
    const { faces, findings } = check([at(0.2, { [ANNA]: 0.7, [BEN]: 1.3 }), at(0.8, { [ANNA]: 0.8 })], TWO);
    expect(findings).toEqual([
      { code: 'duplicate_character', member: 0, face: 1 },
      { code: 'missing_character', member: 1 },
    ]);
    expect(faces.map((face) => face.member)).toEqual([0, 0]);
  });

  it('nobody is taken for a member by being the only one left', () => {
    const strangers = [at(0.2, { [ANNA]: 1.17 }), at(0.8, { [BEN]: 1.2 })];
    expect(check(strangers, TWO).faces.map(({ state }) => state)).toEqual(['stranger', 'stranger']);
  });
});

describe('swapped', () => {
  it('two members whose order is the other way round, and two of three that go on', () => {
    expect(findings([at(0.2, { [BEN]: 0.8 }), at(0.8, { [ANNA]: 0.8 })], TWO)).toEqual([
      { code: 'swapped', member: 0, face: 1 },
      { code: 'swapped', member: 1, face: 0 },
    ]);
    const three = [...TWO, member(CARA, order(2))];
    const faces = [at(0.1, { [CARA]: 0.8 }), at(0.5, { [BEN]: 0.8 }), at(0.9, { [ANNA]: 0.8 })];
    expect(findings(faces, three).map(({ code, member }) => [code, member])).toEqual([
      ['swapped', 0],
      ['swapped', 2],
    ]);
  });

  it('all of three that went on by one', () => {
    const three = [...TWO, member(CARA, order(2))];
    const faces = [at(0.1, { [CARA]: 0.8 }), at(0.5, { [ANNA]: 0.8 }), at(0.9, { [BEN]: 0.8 })];
    expect(findings(faces, three).map(({ member }) => member)).toEqual([0, 1, 2]);
  });

  it('those who stand in each other’s area, and nobody who only left the own one', () => {
    const inAreas = [member(ANNA, area(0)), member(BEN, area(0.7))];
    expect(findings([at(0.2, { [BEN]: 0.8 }), at(0.8, { [ANNA]: 0.8 })], inAreas)).toHaveLength(2);
    expect(findings([at(0.2, { [ANNA]: 0.8 }), at(0.5, { [BEN]: 0.8 })], inAreas)).toEqual([]);
  });

  it('one with an order in the area of another', () => {
    const mixed = [member(ANNA, order(0)), member(BEN, area(0.7))];
    expect(findings([at(0.2, { [BEN]: 0.8 }), at(0.8, { [ANNA]: 0.8 })], mixed).map(({ code }) => code)).toEqual([
      'swapped',
      'swapped',
    ]);
    expect(findings([at(0.2, { [ANNA]: 0.8 }), at(0.8, { [BEN]: 0.8 })], mixed)).toEqual([]);
  });

  it('is not claimed without places, of one place, or in areas that hold both', () => {
    const faces = [at(0.2, { [BEN]: 0.8 }), at(0.6, { [ANNA]: 0.8 })];
    expect(findings(faces, [member(ANNA), member(BEN)])).toEqual([]);
    expect(findings(faces, [member(ANNA, order(0)), member(BEN)])).toEqual([]);
    const wide: Place = { kind: 'area', area: { x: 0, y: 0, width: 1, height: 1 } };
    expect(findings(faces, [member(ANNA, { place: wide }), member(BEN, { place: wide })])).toEqual([]);
  });

  it('does not depend on a stranger between them', () => {
    const faces = [at(0.1, { [BEN]: 0.8 }), at(0.5, {}), at(0.9, { [ANNA]: 0.8 })];
    expect(findings(faces, TWO).map(({ code }) => code)).toEqual(['extra_person', 'swapped', 'swapped']);
  });
});

describe('blended or weak', () => {
  it('a face between two members is blended, and is named after the one whose place it has', () => {
    const { faces, findings } = check([at(0.2, { [ANNA]: 0.7 }), at(0.8, { [ANNA]: 0.98, [BEN]: 1 })], TWO);
    expect(findings).toEqual([{ code: 'blended', member: 1, face: 1 }]);
    expect(faces[1]?.state).toBe('open');
    const both = [at(0.2, { [ANNA]: 1, [BEN]: 0.98 }), at(0.8, { [ANNA]: 0.98, [BEN]: 1 })];
    expect(check(both, TWO).findings).toEqual([
      { code: 'blended', member: 0, face: 0 },
      { code: 'blended', member: 1, face: 1 },
    ]);
  });

  it('a face that is clearly nearer to one member is blended, if the other is near enough for chance to be ruled out', () => {
    const second = (distances: Partial<Record<number, number>>) =>
      findings([at(0.2, { [ANNA]: 0.7 }), at(0.8, distances)], TWO).map(({ code, member }) => `${code} ${member}`);
    expect(second({ [BEN]: 1, [ANNA]: 1.2 })).toEqual(['blended 1']);
    expect(second({ [BEN]: 1, [ANNA]: 1.27 })).toEqual([]);
    expect(second({ [BEN]: 0.85, [ANNA]: 1.12 })).toEqual([]);
    expect(second({ [BEN]: 0.8, [ANNA]: 1 })).toEqual([]);
    // Nearest to one who has a better face: it stands in the place of the other.
    expect(second({ [ANNA]: 0.9, [BEN]: 1.1 })).toEqual(['blended 1']);
    expect(second({ [ANNA]: 0.9, [BEN]: 1.2 })).toEqual(['duplicate_character 0', 'missing_character 1']);
  });

  it('a face that is nobody’s is no blend of two who are far', () => {
    expect(findings([at(0.2, { [ANNA]: 0.7 }), at(0.8, { [ANNA]: 1.2, [BEN]: 1.2 })], TWO)).toEqual([
      { code: 'missing_character', member: 1 },
      { code: 'extra_person', face: 1 },
    ]);
  });

  it('a face between a member and somebody of another frame is blended', () => {
    const cara = { characterId: 'cara', model: model(CARA) };
    const faces = [at(0.2, { [ANNA]: 1, [CARA]: 0.97 }), at(0.8, { [BEN]: 0.8 })];
    expect(findings(faces, TWO, [cara])).toEqual([{ code: 'blended', member: 0, face: 0 }]);
  });

  it('a face that is nearest to one member alone, and weak, is no blend', () => {
    const { faces, findings } = check([at(0.2, { [ANNA]: 0.8 }), at(0.8, { [BEN]: 1.1 })], TWO);
    expect(findings).toEqual([{ code: 'low_likeness', member: 1, face: 1 }]);
    expect(faces[1]).toMatchObject({ state: 'open', member: 1, score: 48.1 });
  });

  it('two members whose references look alike cannot be told apart, and are no blend', () => {
    const twin = face({ descriptor: likeness({ [ANNA]: 0.9 }) });
    const twins = referenceModel([{ photoId: 'twin', picture: picture({ faces: [twin] }), face: twin }]);
    const between = { ...at(0.2, {}), descriptor: unit(sum(likeness({ [ANNA]: 0 }), twin.descriptor)) };
    expect(findings([between], [member(ANNA), member(BEN, { model: twins })]).map(({ code }) => code)).toEqual([
      'face_unverifiable',
      'missing_character',
    ]);
  });
});

describe('people of other frames', () => {
  const cara = { characterId: 'cara', model: model(CARA) };

  it('one in the place of a member is named', () => {
    const { faces, findings } = check([at(0.2, { [ANNA]: 0.8 }), at(0.8, { [CARA]: 0.9 })], TWO, [cara]);
    expect(findings).toEqual([
      { code: 'off_screen_person', face: 1, characterId: 'cara' },
      { code: 'missing_character', member: 1 },
    ]);
    expect(faces[1]).toMatchObject({ state: 'off_screen', characterId: 'cara' });
  });

  it('one far behind too, and twice if need be', () => {
    const faces = [at(0.2, { [ANNA]: 0.8 }), at(0.4, { [CARA]: 0.8 }, { width: 40 }), at(0.5, { [CARA]: 0.9 })];
    expect(findings([...faces, at(0.9, { [BEN]: 0.8 })], TWO, [cara])).toEqual([
      { code: 'off_screen_person', face: 1, characterId: 'cara' },
      { code: 'off_screen_person', face: 2, characterId: 'cara' },
    ]);
  });

  it('a weak likeness to one of them is only a person too many', () => {
    const faces = [at(0.2, { [ANNA]: 0.8 }), at(0.5, { [CARA]: 1.1 }), at(0.9, { [BEN]: 0.8 })];
    expect(check(faces, TWO, [cara]).findings).toEqual([{ code: 'extra_person', face: 1 }]);
    expect(check(faces, TWO, [cara]).faces[1]?.state).toBe('open');
  });
});

describe('what no face can tell', () => {
  it.each([
    ['turned away', { yaw: -62 }, 'extreme_pose'],
    ['too small', { width: 30 }, 'too_small'],
    ['too blurred', { sharpness: 12 }, 'too_blurred'],
  ] as const)('a face that is %s is the member that is not there, and is no silent pass', (_what, changes, reason) => {
    const width = { width: 60 };
    const faces = [at(0.2, { [ANNA]: 0.8 }, width), at(0.8, { [BEN]: 0.8 }, { ...width, ...changes })];
    const result = check(faces, TWO);
    expect(result.findings).toEqual([{ code: 'face_unverifiable', member: 1, face: 1 }]);
    expect(result.faces[1]).toMatchObject({ state: 'unverifiable', reason });
  });

  it('a covered face is recognised where it can be, and else is not called a stranger', () => {
    const mask = { cover: { certainty: 0.9, part: 'mouth' as const } };
    expect(findings([at(0.2, { [ANNA]: 0.9 }, mask), at(0.8, { [BEN]: 0.8 })], TWO)).toEqual([]);
    expect(findings([at(0.2, {}, mask), at(0.8, { [BEN]: 0.8 })], TWO)).toEqual([
      { code: 'face_unverifiable', member: 0, face: 0 },
    ]);
    const weak = check([at(0.2, { [ANNA]: 1.1 }, mask), at(0.8, { [BEN]: 0.8 })], TWO);
    expect(weak.findings).toEqual([{ code: 'face_unverifiable', member: 0, face: 0 }]);
    expect(weak.faces[0]).toMatchObject({ state: 'unverifiable', reason: 'covered' });
  });

  it('one more than the cast is a person too many, however it is turned', () => {
    const faces = [at(0.2, { [ANNA]: 0.8 }), at(0.5, {}, { yaw: 70 }), at(0.8, { [BEN]: 0.8 })];
    expect(findings(faces, TWO)).toEqual([{ code: 'extra_person', face: 1 }]);
  });

  it('a member who is no human is never recognised and never missing', () => {
    const robot = { ...member(DAN), kind: 'creature' as const };
    expect(findings([at(0.2, { [ANNA]: 0.8 })], [member(ANNA), robot])).toEqual([
      { code: 'face_unverifiable', member: 1 },
    ]);
    expect(findings([at(0.2, { [ANNA]: 0.8 }), at(0.8, { [DAN]: 0.5 })], [member(ANNA), robot])).toEqual([
      { code: 'face_unverifiable', member: 1 },
      { code: 'extra_person', face: 1 },
    ]);
  });

  it('a drawn member may have a face, and a human without references too', () => {
    const drawn = { ...member(DAN), kind: 'stylised' as const };
    const forgotten = { ...member(DAN), model: referenceModel([]) };
    for (const other of [drawn, forgotten]) {
      const { faces, findings } = check([at(0.2, { [ANNA]: 0.8 }), at(0.8, {})], [member(ANNA), other]);
      expect(findings).toEqual([{ code: 'face_unverifiable', member: 1, face: 1 }]);
      expect(faces[1]?.state).toBe('unverifiable');
    }
  });
});

it('a picture that the provider flagged is not read', () => {
  expect(flaggedFrame(FRAME)).toEqual({
    calibration: FRAME_LIMITS.version,
    size: FRAME,
    faces: [],
    findings: [{ code: 'provider_flagged' }],
  });
});

it('without findings, each member has one recognised face and every other face is background', () => {
  let seed = 7;
  const next = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  const cast = [member(ANNA, order(0)), member(BEN, order(1)), member(CARA)];
  let clean = 0;
  for (let round = 0; round < 500; round++) {
    const faces = Array.from({ length: 2 + Math.floor(next() * 3) }, (_, i) => {
      const person = next() < 0.8 ? i % 3 : Math.floor(next() * 4);
      const changes = { width: next() < 0.9 ? 150 : 30, yaw: next() < 0.9 ? 0 : 70 };
      return at(next(), { [person]: next() < 0.8 ? 0.8 : 0.6 + next() * 0.7 }, changes);
    });
    const { faces: checked, findings } = check(faces, cast);
    for (const { code, face } of findings) {
      expect(FINDING_CODES).toContain(code);
      expect(face ?? 0).toBeLessThan(faces.length);
    }
    if (findings.length > 0) continue;
    clean += 1;
    const named = checked.filter(({ state }) => state !== 'background');
    expect(named.map((face) => face.member).toSorted()).toEqual([0, 1, 2]);
    expect(named.every(({ state }) => state === 'recognised')).toBe(true);
  }
  expect(clean).toBeGreaterThan(20);
});

function sum(p: readonly number[], q: readonly number[]): number[] {
  return p.map((value, i) => value + (q[i] ?? 0));
}

function unit(numbers: readonly number[]): number[] {
  const length = Math.hypot(...numbers);
  return numbers.map((value) => value / length);
}
