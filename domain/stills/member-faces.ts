// Which face of a picture is, or should be, which member of the cast: by its place, and where it has none by what is
// left. A repaint needs a box for each member, also for one whose face is missing.

import type { ImageSize } from '../image-units.ts';
import type { Box } from '../photo.ts';
import type { PlannedMember } from './steps.ts';
import type { Area, CheckedFace, FrameCheck, Place } from './still.ts';

interface Point {
  x: number;
  y: number;
}

/** A face by its index in the check. */
type Indexed = CheckedFace & { index: number };

interface Placed {
  index: number;
  place: Place;
}

/** The faces that can be somebody of the cast, from left to right. */
export function facesThatCount({ faces }: FrameCheck): Indexed[] {
  return faces
    .map((face, index) => ({ ...face, index }))
    .filter(({ state }) => state !== 'background')
    .sort((a, b) => centre(a.box).x - centre(b.box).x);
}

/**
 * The face of each member, as the index in the check; members whose face is missing have none.
 *
 * @param held faces that are known already, by member.
 */
export function facesOfMembers(
  cast: readonly PlannedMember[],
  check: FrameCheck,
  held: ReadonlyMap<number, number>,
): Map<number, number> {
  const found = new Map(held);
  const open = cast.flatMap((member, index) => (member.hasFace && !held.has(index) ? [{ ...member, index }] : []));
  const taken = new Set(held.values());
  let left = largest(
    facesThatCount(check).filter(({ index }) => !taken.has(index)),
    open.length,
  );
  const give = (member: number, face: Indexed | undefined) => {
    if (!face) return;
    found.set(member, face.index);
    left = left.filter(({ index }) => index !== face.index);
  };
  const giveNearest = (members: readonly Placed[]) => {
    const pairs = members.flatMap(({ index, place }) => {
      const point = middle(place, cast, check.size);
      return left.map((face) => ({ member: index, face, distance: distance(centre(face.box), point) }));
    });
    for (const { member, face } of pairs.sort((a, b) => a.distance - b.distance)) {
      if (!found.has(member) && left.includes(face)) give(member, face);
    }
  };
  const placed = open.flatMap(({ index, place }): Placed[] => (place ? [{ index, place }] : []));
  giveNearest(placed.filter(({ place }) => place.kind === 'area'));
  const inOrder = placed
    .flatMap(({ index, place }) => (place.kind === 'order' ? [{ index, place }] : []))
    .sort((a, b) => a.place.order - b.place.order);
  if (left.length < inOrder.length) giveNearest(inOrder);
  else for (const { index } of inOrder) give(index, left[0]);
  for (const { index, place } of open) if (!place) give(index, left[0]);
  return found;
}

/** Beside more faces than members, the small ones are not of the cast. */
function largest(faces: Indexed[], count: number): Indexed[] {
  const kept = [...faces].sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height).slice(0, count);
  return faces.filter((face) => kept.includes(face));
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

const centre = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });

/** The share of the picture's height at which faces are in most frames: the upper third. */
const FACE_HEIGHT = 1 / 3;
/** The share of the picture's height that a face has where there is no other to compare with. */
const FACE_SIZE = 1 / 4;
/** The share of an area's smaller side that a head has in it. */
const HEAD_IN_AREA = 0.6;

/** The pixel in which the face of a place is expected. */
function middle(place: Place, cast: readonly PlannedMember[], size: ImageSize): Point {
  if (place.kind === 'area') return centre(headInArea(place.area, size));
  const inOrder = cast.filter((member) => member.place?.kind === 'order').length;
  return { x: (size.width * (place.order + 0.5)) / inOrder, y: size.height * FACE_HEIGHT };
}

/** Where the face of a member belongs, in pixels of the picture; undefined for one without a place. */
export function boxOfPlace(
  { place }: PlannedMember,
  cast: readonly PlannedMember[],
  check: FrameCheck,
): Box | undefined {
  const { size } = check;
  if (!place) return undefined;
  if (place.kind === 'area') return headInArea(place.area, size);
  const { x } = middle(place, cast, size);
  const others = facesThatCount(check).sort((a, b) => a.box.height - b.box.height);
  const usual = others[Math.floor(others.length / 2)]?.box;
  const side = Math.min(usual?.height ?? size.height * FACE_SIZE, size.width / cast.length);
  return inside(x, usual ? centre(usual).y : size.height * FACE_HEIGHT, side, size);
}

/** The head of somebody who stands in an area: at its top, in the middle. */
function headInArea({ x, y, width, height }: Area, size: ImageSize): Box {
  const side = Math.min(width * size.width, height * size.height) * HEAD_IN_AREA;
  return inside((x + width / 2) * size.width, y * size.height + side / 2, side, size);
}

/** A square around a point, moved into the picture. */
function inside(x: number, y: number, side: number, size: ImageSize): Box {
  const within = (at: number, most: number) => Math.max(0, Math.min(at - side / 2, most - side));
  return whole({ x: within(x, size.width), y: within(y, size.height), width: side, height: side }, size);
}

/** In whole pixels, at least one, and none beyond the edge. */
function whole(box: Box, size: ImageSize): Box {
  const x = Math.min(Math.round(box.x), size.width - 1);
  const y = Math.min(Math.round(box.y), size.height - 1);
  return {
    x,
    y,
    width: Math.max(1, Math.min(Math.round(box.width), size.width - x)),
    height: Math.max(1, Math.min(Math.round(box.height), size.height - y)),
  };
}
