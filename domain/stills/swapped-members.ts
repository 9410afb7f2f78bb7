// Who stands in somebody else's place.

import type { Box } from '../photo.ts';
import { assign } from './assignment.ts';
import type { Area, Place } from './still.ts';

/** A face that was given to a member of the cast. */
export interface PlacedFace {
  member: number;
  place: Place | undefined;
  box: Box;
}

/** Shares of the picture by which other places have to fit better than the asked ones. Areas may overlap. */
const AREA_MARGIN = 0.02;

/** The members that stand in another one's place. Nobody is when no two of them have a place. */
export function swappedMembers(faces: readonly PlacedFace[], frame: { width: number; height: number }): number[] {
  const inOrder = faces.flatMap((face) => (face.place?.kind === 'order' ? [{ ...face, order: face.place.order }] : []));
  const inAreas = faces.flatMap((face) =>
    face.place?.kind === 'area' ? [{ ...face, area: face.place.area, ...sharesOf(face.box, frame) }] : [],
  );
  const swapped = new Set([...outOfOrder(inOrder), ...inOtherAreas(inAreas)]);
  // Of one with an order and one with an area: the first stands in the area, and the second does not.
  for (const { member, area, x, y } of inAreas) {
    const intruder = inOrder.find(({ box }) => distanceTo(area, sharesOf(box, frame)) === 0);
    if (intruder && distanceTo(area, { x, y }) > 0) swapped.add(member).add(intruder.member);
  }
  return [...swapped].sort((p, q) => p - q);
}

function outOfOrder(faces: readonly (PlacedFace & { order: number })[]): number[] {
  const seen = faces.toSorted((p, q) => middleOf(p.box).x - middleOf(q.box).x);
  return faces
    .toSorted((p, q) => p.order - q.order)
    .flatMap(({ member }, i) => (seen[i]?.member === member ? [] : [member]));
}

function inOtherAreas(faces: readonly (PlacedFace & { area: Area; x: number; y: number })[]): number[] {
  const costs = faces.map((face) => faces.map(({ area }) => distanceTo(area, face)));
  const places = assign(costs, Number.MAX_SAFE_INTEGER);
  const costOf = (placeOf: (i: number) => number | undefined) =>
    costs.reduce((sum, row, i) => sum + (row[placeOf(i) ?? i] ?? 0), 0);
  if (costOf((i) => i) - costOf((i) => places[i]) <= AREA_MARGIN) return [];
  return faces.flatMap(({ member }, i) => (places[i] === i ? [] : [member]));
}

/** In shares of the picture; 0 inside of the area. */
function distanceTo({ x, y, width, height }: Area, at: { x: number; y: number }): number {
  const beyond = (value: number, from: number, size: number) => Math.max(from - value, 0, value - from - size);
  return Math.hypot(beyond(at.x, x, width), beyond(at.y, y, height));
}

function sharesOf(box: Box, { width, height }: { width: number; height: number }): { x: number; y: number } {
  const { x, y } = middleOf(box);
  return { x: x / width, y: y / height };
}

export function middleOf({ x, y, width, height }: Box): { x: number; y: number } {
  return { x: x + width / 2, y: y + height / 2 };
}
