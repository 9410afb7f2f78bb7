// Which face belongs to which member of a cast, and where the face of one belongs who has none.

import { describe, expect, it } from 'vitest';
import { boxOfPlace, facesOfMembers } from '../../../../domain/stills/member-faces.ts';
import type { PlannedMember } from '../../../../domain/stills/steps.ts';
import type { Area } from '../../../../domain/stills/still.ts';
import { checkOf, face, SIZE } from '../../../support/stills.ts';

const anywhere: PlannedMember = { hasFace: true };
const from = (order: number): PlannedMember => ({ hasFace: true, place: { kind: 'order', order } });
const within = (area: Area): PlannedMember => ({ hasFace: true, place: { kind: 'area', area } });
const leftHalf = { x: 0, y: 0, width: 0.4, height: 1 };
const rightHalf = { x: 0.6, y: 0, width: 0.4, height: 1 };

const three = checkOf([face(0, 'stranger'), face(1, 'stranger'), face(2, 'stranger')]);
const two = checkOf([face(0, 'stranger'), face(4, 'stranger')]);

describe('the face of a member', () => {
  it.each<[string, PlannedMember[], typeof three, Map<number, number>, (number | undefined)[]]>([
    ['by the order from the left', [from(2), from(0), from(1)], three, new Map(), [2, 0, 1]],
    ['without places from left to right', [anywhere, anywhere, anywhere], three, new Map(), [0, 1, 2]],
    ['beside one that is known', [anywhere, anywhere, anywhere], three, new Map([[0, 1]]), [1, 0, 2]],
    [
      'in order beside one that is known, wherever that is',
      [from(0), from(1), from(2)],
      three,
      new Map([[0, 2]]),
      [2, 0, 1],
    ],
    ['by its area', [within(rightHalf), within(leftHalf)], two, new Map(), [1, 0]],
    ['by areas first, then what is left', [anywhere, within(leftHalf)], two, new Map(), [1, 0]],
    [
      'of fewer faces the nearest to its place',
      [from(0), from(1)],
      checkOf([face(4, 'stranger')]),
      new Map(),
      [undefined, 0],
    ],
    ['of a member that is not human: none', [{ hasFace: false }, anywhere], two, new Map(), [undefined, 0]],
  ])('%s', (_, cast, check, held, expected) => {
    const faces = facesOfMembers(cast, check, held);
    expect(cast.map((_member, index) => faces.get(index))).toEqual(expected);
  });

  it('is not one in the background, nor a small one beside enough large ones', () => {
    const small = { ...face(1, 'stranger'), box: { x: 150, y: 300, width: 30, height: 30 } };
    const check = checkOf([face(0, 'background'), small, face(2, 'stranger'), face(3, 'stranger')]);
    const faces = facesOfMembers([from(0), from(1)], check, new Map());
    expect([faces.get(0), faces.get(1)]).toEqual([2, 3]);
  });
});

describe('the box of a member whose face is missing', () => {
  it('is in its place, as high and as large as the other faces', () => {
    expect(boxOfPlace(from(1), [from(0), from(1)], checkOf([face(0, 'stranger')]))).toEqual({
      x: 768 - 50,
      y: 300,
      width: 100,
      height: 100,
    });
  });

  it('is in the upper third of a picture without a face', () => {
    const side = SIZE.height / 4;
    expect(boxOfPlace(from(0), [from(0), from(1)], checkOf([]))).toEqual({
      x: 256 - side / 2,
      y: Math.round(SIZE.height / 3 - side / 2),
      width: side,
      height: side,
    });
  });

  it('is at the top of its area, and never beyond the picture', () => {
    const area = { x: 0.9, y: 0.9, width: 0.1, height: 0.1 };
    const { x, y, width, height } = boxOfPlace(within(area), [within(area)], checkOf([])) ?? {
      x: 0,
      y: 0,
      width: 0,
      height: 0,
    };
    expect([width, height]).toEqual([61, 61]);
    expect(x).toBeGreaterThan(0.9 * SIZE.width);
    expect(y).toBe(Math.round(0.9 * SIZE.height));
    expect(x + width).toBeLessThanOrEqual(SIZE.width);
  });

  it('is not guessed for a member without a place', () => {
    expect(boxOfPlace(anywhere, [anywhere], checkOf([]))).toBeUndefined();
  });
});
