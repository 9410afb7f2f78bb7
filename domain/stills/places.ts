// Where the members of a cast stand, as the request says it: by a word, by a box, or not at all.

import { type Area, type Place, POSITIONS, type Position } from './still.ts';

export interface AskedPlace {
  position?: string | undefined;
  box?: Area | undefined;
}

export const PLACE_REFUSALS = ['unknown_position', 'same_position', 'box_outside', 'two_places'] as const;

/** The places of so many characters from left to right. Three have a word each; of more, each has an even part. */
export function placesInOrder(count: number): { position?: Position; box?: Area }[] {
  const share = 1 / count;
  const words: readonly Position[] = count === 2 ? ['left', 'right'] : POSITIONS;
  return Array.from({ length: count }, (_, order) => {
    const position = words[order];
    if (count < 2) return {};
    if (count <= words.length && position) return { position };
    return { box: { x: order * share, y: COLUMN_TOP, width: share, height: 1 - COLUMN_TOP } };
  });
}

/** Why the places of a frame cannot be used; `message` says it to people. */
export interface PlaceRefusal {
  code: (typeof PLACE_REFUSALS)[number];
  /** The index in the cast. */
  member: number;
  message: string;
}

/** Shares of the picture: a smaller box has no room for a face that can be recognised. */
export const MIN_SIDE = 0.05;
/** The share of the picture's height that is above people who stand beside each other. */
const COLUMN_TOP = 0.15;

/** The place of each member, in the order of the cast; undefined where the request gives none. */
export function askedPlaces(
  asked: readonly AskedPlace[],
): { places: (Place | undefined)[] } | { refused: PlaceRefusal } {
  const members = [...asked.entries()];
  for (const [member, place] of members) {
    const refused = refusalOf(member, place);
    if (refused) return { refused };
  }
  const fromLeft = POSITIONS.flatMap((position) => {
    const here = members.filter(([, place]) => place.position === position).map(([member]) => member);
    return [{ position, here }];
  });
  for (const { position, here } of fromLeft) {
    const [, second] = here;
    if (second === undefined) continue;
    const message = `Two characters are placed "${position}". Give each another position, or a box.`;
    return { refused: { code: 'same_position', member: second, message } };
  }
  const inOrder = fromLeft.flatMap(({ here }) => here);
  const places = members.map(([member, { box }]): Place | undefined => {
    if (box) return { kind: 'area', area: box };
    const order = inOrder.indexOf(member);
    return order < 0 ? undefined : { kind: 'order', order };
  });
  return { places };
}

function refusalOf(member: number, { position, box }: AskedPlace): PlaceRefusal | undefined {
  if (position !== undefined && box !== undefined) {
    const message = 'A character has a position and a box. Send one of them.';
    return { code: 'two_places', member, message };
  }
  if (position !== undefined && !(POSITIONS as readonly string[]).includes(position)) {
    const message = `There is no position "${position.slice(0, 40)}". Choose one of ${POSITIONS.join(', ')}, or a box.`;
    return { code: 'unknown_position', member, message };
  }
  if (box && !isInside(box)) {
    const message =
      'A box lies outside of the picture, or is too small for a face. Its x, y, width and height are shares of the ' +
      `picture between 0 and 1, and its sides ${MIN_SIDE} at least.`;
    return { code: 'box_outside', member, message };
  }
  return undefined;
}

function isInside({ x, y, width, height }: Area): boolean {
  // Sums of decimal shares are inexact: 0.7 + 0.3 may be just above 1.
  const end = 1 + 1e-9;
  const sides = width >= MIN_SIDE && height >= MIN_SIDE;
  return sides && x >= 0 && y >= 0 && x + width <= end && y + height <= end;
}

export const PLACE_WORDS: Readonly<Record<Position, string>> = {
  left: 'on the left',
  center: 'in the center',
  right: 'on the right',
};

/** The middle of an area, as the word for that part of the picture. */
export function positionOf({ x, width }: Area): Position {
  const middle = x + width / 2;
  if (middle < 0.4) return 'left';
  return middle > 0.6 ? 'right' : 'center';
}
