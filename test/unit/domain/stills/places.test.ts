// Where a cast stands, as the request says it.

import { describe, expect, it } from 'vitest';
import { type AskedPlace, askedPlaces, placesInOrder, positionOf } from '../../../../domain/stills/places.ts';

const box = (x: number, width = 0.3) => ({ x, y: 0.1, width, height: 0.5 });

describe('the places of a cast', () => {
  it.each<[string, AskedPlace[], unknown[]]>([
    ['words count from the left', [{ position: 'right' }, { position: 'left' }], [1, 0]],
    ['all three', [{ position: 'center' }, { position: 'right' }, { position: 'left' }], [1, 2, 0]],
    ['only some are placed', [{}, { position: 'right' }, { position: 'center' }], [undefined, 1, 0]],
    ['nobody is placed', [{}, {}], [undefined, undefined]],
    ['one alone', [{ position: 'center' }], [0]],
  ])('%s', (_, asked, orders) => {
    expect(askedPlaces(asked)).toEqual({
      places: orders.map((order) => (order === undefined ? undefined : { kind: 'order', order })),
    });
  });

  it('may be boxes, beside words', () => {
    expect(askedPlaces([{ box: box(0.7) }, { position: 'left' }])).toEqual({
      places: [
        { kind: 'area', area: box(0.7) },
        { kind: 'order', order: 0 },
      ],
    });
  });

  it.each<[string, AskedPlace[], object]>([
    ['an unknown word', [{}, { position: 'up' }], { code: 'unknown_position', member: 1 }],
    ['a name of Object', [{ position: 'constructor' }], { code: 'unknown_position', member: 0 }],
    ['one place for two', [{ position: 'left' }, { position: 'left' }], { code: 'same_position', member: 1 }],
    ['a word and a box', [{ position: 'left', box: box(0) }], { code: 'two_places', member: 0 }],
    ['a box that ends outside', [{ box: box(0.8) }], { code: 'box_outside', member: 0 }],
    ['a box that begins outside', [{ box: box(-0.1) }], { code: 'box_outside', member: 0 }],
    ['a box for no face', [{ box: box(0.1, 0.01) }], { code: 'box_outside', member: 0 }],
    ['a box of no numbers', [{ box: box(Number.NaN) }], { code: 'box_outside', member: 0 }],
  ])('are refused with a sentence: %s', (_, asked, refused) => {
    expect(askedPlaces(asked)).toEqual({ refused: { ...refused, message: expect.stringMatching(/\.$/) } });
  });
});

it.each([
  [0, 'left'],
  [0.35, 'center'],
  [0.6, 'right'],
])('a box at %f is in the %s', (x, position) => {
  expect(positionOf(box(x))).toBe(position);
});

describe('places from left to right', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('of %i characters are in their order, and none is refused', (count) => {
    const asked = askedPlaces(placesInOrder(count));
    expect(asked).not.toHaveProperty('refused');
    for (const { box } of placesInOrder(count)) if (box) expect(box.x + box.width).toBeLessThanOrEqual(1);
    const places = 'places' in asked ? asked.places : [];
    expect(
      places.map((place) => (place?.kind === 'area' ? Math.floor((place.area.x + 0.01) * count) : place?.order)),
    ).toEqual(count === 1 ? [undefined] : [...places.keys()]);
  });
});
