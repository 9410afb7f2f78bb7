// What the benchmark calls right, wrong and said, on pictures whose people are known.

import { describe, expect, it } from 'vitest';
import {
  type CheckedPicture,
  expectedOf,
  facesGiven,
  isAsAsked,
  isSaid,
  type PeopleFault,
} from '../../../bench/stills/truth.ts';
import type { CheckedFace, Finding } from '../../../domain/stills/still.ts';
import type { ShownFace } from '../../../sandbox/shown-faces.ts';
import { box, SIZE } from '../../support/stills.ts';

const CAST = ['lka', 'lkb'].map((trigger, order) => ({ characterId: trigger, trigger, order }));

/** The nth person from the left: in the middle of the nth box. */
const at = (nth: number, person: Omit<ShownFace, 'x' | 'y'> = {}): ShownFace => {
  const { x, y, width, height } = box(nth);
  return { x: (x + width / 2) / SIZE.width, y: (y + height / 2) / SIZE.height, ...person };
};
const A = { who: 'lka' };
const B = { who: 'lkb' };

function picture(people: Omit<ShownFace, 'x' | 'y'>[], faces: Partial<CheckedFace>[], findings: Finding[] = []) {
  return {
    size: SIZE,
    people: people.map((person, i) => at(i, person)),
    check: { faces: faces.map((face, i) => ({ box: box(i), state: 'recognised', ...face })), findings },
  } satisfies CheckedPicture;
}

describe('a face', () => {
  it('is given right, wrong, or left open', () => {
    const members = [{ member: 0 }, { member: 1 }];
    expect(facesGiven(picture([A, B], members), CAST)).toEqual({ cast: ['right', 'right'], others: [] });
    expect(facesGiven(picture([B, A], members), CAST)).toEqual({ cast: ['wrong', 'wrong'], others: [] });
    const open: Partial<CheckedFace>[] = [{ member: 0, state: 'open' }, { state: 'stranger' }];
    expect(facesGiven(picture([A, B], open), CAST)).toEqual({ cast: ['open', 'open'], others: [] });
    expect(facesGiven(picture([A], []), CAST)).toEqual({ cast: ['open'], others: [] });
  });

  it('of a stranger is wrong when it is taken for a member', () => {
    const told = picture([A, {}], [{ member: 0 }, { state: 'stranger' }]);
    expect(facesGiven(told, CAST)).toEqual({ cast: ['right'], others: ['right'] });
    const taken = picture([A, {}], [{ member: 0 }, { member: 1 }]);
    expect(facesGiven(taken, CAST)).toEqual({ cast: ['right'], others: ['wrong'] });
  });

  it('that is mixed, or less like, is nobody’s to give', () => {
    const spoilt = picture(
      [
        { ...A, mixed: { ...B, share: 0.5 } },
        { ...B, likeness: 0.3 },
      ],
      [{}, {}],
    );
    expect(facesGiven(spoilt, CAST)).toEqual({ cast: [], others: [] });
  });
});

describe('a picture is as it was asked for', () => {
  it.each<[string, Omit<ShownFace, 'x' | 'y'>[], boolean]>([
    ['with everybody in their places', [A, B], true],
    ['not with two in each other’s place', [B, A], false],
    ['not without somebody', [A], false],
    ['not with somebody else', [A, B, {}], false],
    ['not with somebody twice', [A, A], false],
    ['not with a mixed face', [A, { ...B, mixed: { share: 0.5 } }], false],
  ])('%s', (_, people, expected) => {
    expect(isAsAsked(picture(people, []).people, CAST)).toBe(expected);
  });
});

describe('a fault has to be said by its own finding:', () => {
  it.each<[PeopleFault, Omit<ShownFace, 'x' | 'y'>[], Finding[]]>([
    [
      'swap',
      [B, A],
      [
        { code: 'swapped', member: 0 },
        { code: 'swapped', member: 1 },
      ],
    ],
    ['blend', [A, { ...B, mixed: { ...A, share: 0.5 } }], [{ code: 'blended', face: 1 }]],
    ['wrong_age', [{ ...A, likeness: 0.3 }, B], [{ code: 'low_likeness', face: 0 }]],
    ['missing', [B], [{ code: 'missing_character', member: 0 }]],
    ['repair_misses', [A, {}], [{ code: 'missing_character', member: 1 }]],
    ['duplicate', [A, B, A], [{ code: 'duplicate_character', member: 0 }]],
    ['extra_person', [A, B, {}], [{ code: 'extra_person', face: 2 }]],
    ['off_screen_leak', [A, B, { who: 'lkc' }], [{ code: 'off_screen_person', face: 2 }]],
  ])('%s', (fault, people, said) => {
    const silent = picture(
      people,
      people.map(() => ({})),
    );
    expect(expectedOf(fault, silent, CAST)).toEqual(said);
    expect(isSaid(said, silent.check)).toBe(false);
    expect(isSaid(said, { ...silent.check, findings: said })).toBe(true);
    // Of what is not in the picture any more, nothing has to be said.
    expect(expectedOf(fault, picture([A, B], [{ member: 0 }, { member: 1 }]), CAST)).toEqual([]);
  });
});
