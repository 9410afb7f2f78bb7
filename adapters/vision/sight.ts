// Finds and describes the faces of a picture. A face of which the detector is sure is read once. A small or unclear
// face is read again: closer, and turned. The detector finds a face that lies on its side or upside down, but places
// its points as on an upright one; the clarity of the descriptor shows the right orientation (docs/scores.md has the
// figures).

import { MIN_SCORABLE_WIDTH } from '../../domain/face-limits.ts';
import type { Box } from '../../domain/photo.ts';
import { cropTransform, type Point, type RgbImage, unmap, warp } from './align.ts';
import { describeFace, type Glance, glanceAt } from './descriptor.ts';
import { type Detection, detectFaces, INPUT_SIDE, inputOf, withoutDoubles } from './detector.ts';
import { mapPoints } from './face-points.ts';
import type { Networks } from './networks.ts';
import { searchTiles } from './tiles.ts';

/** A found face, in pixels of the kept picture, with its aligned form and its descriptor. */
export interface Sight extends Detection, Pick<Glance, 'chip' | 'clarity'> {
  descriptor: number[];
}

type Glanced = Detection & Glance;

export interface Sights {
  kept: RgbImage;
  /** The same at no more than INPUT_SIDE a side. */
  searched: RgbImage;
}

/** More faces than this do not help to identify the person, and each costs 0.04 s. */
const MAX_FACES = 6;
/** Of a picture of several people: a crowd far behind costs no minute. */
const MAX_FACES_OF_FRAME = 24;
/** Every upright face of 15 sharp photos is clearer, every one turned by 60° and more is less clear. */
const CLEAR = 9.5;
/** Below it there is no face: no picture without a face reaches 5.5, the face of a profile has 6.6 and more. */
const MIN_CLARITY = 6;
/** With hardly more clarity, the detector has to be confident too. */
const UNSURE = { clarity: 8, confidence: 0.65 } as const;
/** Faces below this width, in pixels of the input, are read again at full resolution. */
const SMALL_WIDTH = 64;
/** Faces with a larger share of the picture are found better with a margin around them. */
const TIGHT_SHARE = 0.62;
/** Side of the second search in a tight picture, in sides of the picture. */
const ROOM = 1.6;
/** Side of a closer search, in sides of the face, and in pixels of the input. */
const CLOSE = 2.2;
const CLOSE_PIXELS = INPUT_SIDE / 2;
/** Smaller faces than this share of the largest are not tried in other orientations. */
const PROMINENT_SHARE = 0.5;
/** Degrees, clockwise, that are tried for an unclear face. */
const LEANINGS = [0, 30, -30, 60, -60, 90, -90, 180];
/** The same for a whole picture without any found face. */
const QUARTER_TURNS = [90, -90, 180];
/** Without any found face, four parts of this side, in longer sides of the picture, are searched for small faces. */
const CORNER = 0.6;

/** The largest faces, largest first. `checkpoint` is called between the steps. */
export async function findFaces(networks: Networks, picture: Sights, checkpoint: () => void): Promise<Sight[]> {
  return describeAll(networks, picture, (await searchAll(networks, picture)).slice(0, MAX_FACES), checkpoint);
}

/** All faces, largest first, also those that are small in the whole picture. */
export async function findAllFaces(networks: Networks, picture: Sights, checkpoint: () => void): Promise<Sight[]> {
  const found = await searchAll(networks, picture);
  const small = await searchTiles(networks, picture.kept, checkpoint);
  // A face that both searches found is taken from the whole picture.
  const all = [...found, ...small.filter((face) => !found.some((other) => isSameFace(face, other)))];
  return describeAll(networks, picture, largestFirst(all).slice(0, MAX_FACES_OF_FRAME), checkpoint);
}

async function describeAll(
  networks: Networks,
  picture: Sights,
  found: readonly Detection[],
  checkpoint: () => void,
): Promise<Sight[]> {
  const largest = found[0]?.box.width ?? 0;
  const sights: Sight[] = [];
  for (const detection of found) {
    checkpoint();
    const isProminent = detection.box.width >= largest * PROMINENT_SHARE;
    const { numbers, ...face } = await bestGlance(networks, picture, detection, isProminent, checkpoint);
    if (!isSomebody(face)) continue;
    checkpoint();
    const descriptor = await describeFace(networks.descriptor, { ...face, numbers });
    sights.push({ ...face, descriptor });
  }
  return largestFirst(sights);
}

/** A face that is too small to be identified stays, so that its size can be reported. */
function isSomebody({ box, clarity, confidence }: Detection & Pick<Glance, 'clarity'>): boolean {
  if (box.width < MIN_SCORABLE_WIDTH) return confidence >= UNSURE.confidence;
  return clarity >= MIN_CLARITY && (clarity >= UNSURE.clarity || confidence >= UNSURE.confidence);
}

export function largestFirst<T extends { box: Box }>(faces: readonly T[]): T[] {
  const area = ({ box }: T) => box.width * box.height;
  return faces.toSorted((p, q) => area(q) - area(p));
}

/** Faces in pixels of the kept picture, largest first: as found, else with a margin, else turned. */
async function searchAll(networks: Networks, picture: Sights): Promise<Detection[]> {
  return largestFirst(await searchWhole(networks, picture));
}

async function searchWhole(networks: Networks, { kept, searched }: Sights): Promise<Detection[]> {
  const scale = longest(kept) / longest(searched);
  const inKept = (detection: Detection) => moved(detection, ({ x, y }) => ({ x: x * scale, y: y * scale }), scale);
  const found = (await detectFaces(networks.detector, inputOf(searched))).map(inKept);
  const [best] = largestFirst(found);
  const isTight = best && Math.max(best.box.width / kept.width, best.box.height / kept.height) > TIGHT_SHARE;
  if (best && !isTight) return found;
  const whole = { centre: { x: searched.width / 2, y: searched.height / 2 }, side: longest(searched) };
  const look = async (side: number, degrees: number) => {
    const seen = await lookAt(networks, searched, { ...whole, side, degrees }, INPUT_SIDE);
    return seen.map(inKept);
  };
  const roomy = await look(whole.side * ROOM, 0);
  if (roomy.length > 0 || best) return roomy.length > 0 ? roomy : found;
  for (const degrees of QUARTER_TURNS) {
    const turned = await look(whole.side, degrees);
    if (turned.length > 0) return turned;
  }
  return searchCorners(networks, kept);
}

async function searchCorners(networks: Networks, kept: RgbImage): Promise<Detection[]> {
  if (longest(kept) <= INPUT_SIDE) return [];
  const side = CORNER * longest(kept);
  const found: Detection[] = [];
  for (const y of [side / 2, kept.height - side / 2]) {
    for (const x of [side / 2, kept.width - side / 2]) {
      found.push(...(await lookAt(networks, kept, { centre: { x, y }, side, degrees: 0 }, INPUT_SIDE)));
    }
  }
  return withoutDoubles(found);
}

async function bestGlance(
  networks: Networks,
  { kept, searched }: Sights,
  found: Detection,
  isProminent: boolean,
  checkpoint: () => void,
): Promise<Glanced> {
  const glance = async (detection: Detection): Promise<Glanced> => ({
    ...detection,
    ...(await glanceAt(networks.descriptor, kept, detection.points)),
  });
  let best = await glance(found);
  const isSmall = found.box.width * (longest(searched) / longest(kept)) < SMALL_WIDTH;
  if (best.clarity >= CLEAR && !isSmall) return best;
  const { box } = found;
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const side = CLOSE * Math.max(box.width, box.height);
  for (const degrees of isProminent ? LEANINGS : LEANINGS.slice(0, 1)) {
    checkpoint();
    const seen = await lookAt(networks, kept, { centre, side, degrees }, CLOSE_PIXELS);
    const [nearest] = seen
      .map((detection) => ({ detection, off: offCentre(detection, centre) }))
      .toSorted((p, q) => p.off - q.off);
    if (!nearest || nearest.off > side / 4) continue;
    const sight = await glance(nearest.detection);
    // A closer search places the points of a small face better, even where the first ones have a higher clarity.
    if (sight.clarity > best.clarity || (isSmall && degrees === 0)) best = sight;
    if (best.clarity >= CLEAR) break;
  }
  return best;
}

/** Whether the middle of one face is inside of the other. */
function isSameFace({ box: small }: Detection, { box: large }: Detection): boolean {
  const [x, y] = [small.x + small.width / 2, small.y + small.height / 2];
  return x >= large.x && x <= large.x + large.width && y >= large.y && y <= large.y + large.height;
}

function offCentre({ box }: Detection, centre: Point): number {
  return Math.hypot(box.x + box.width / 2 - centre.x, box.y + box.height / 2 - centre.y);
}

interface Part {
  centre: Point;
  side: number;
  /** Clockwise: the assumed lean of the content. */
  degrees: number;
}

/** Faces in a square part of the picture, in pixels of the picture. */
async function lookAt(networks: Networks, image: RgbImage, part: Part, pixels: number): Promise<Detection[]> {
  const transform = cropTransform(part.centre, part.side, (part.degrees * Math.PI) / 180, pixels);
  const found = await detectFaces(networks.detector, inputOf(warp(image, transform, pixels)));
  return found.map((detection) => moved(detection, (point) => unmap(transform, point), part.side / pixels));
}

/** The detection in the picture; its box keeps its centre, and has the face's size there. */
function moved({ box, confidence, points }: Detection, move: (point: Point) => Point, scale: number): Detection {
  const middle = move({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  const [width, height] = [box.width * scale, box.height * scale];
  return {
    box: { x: middle.x - width / 2, y: middle.y - height / 2, width, height },
    confidence,
    points: mapPoints(points, move),
  };
}

function longest({ width, height }: { width: number; height: number }): number {
  return Math.max(width, height);
}
