// The check of one picture: which face is which member of the cast, and what is wrong. A face gets a member by the optimal
// assignment, never because that member is merely the nearest. What is in doubt stays open, and everything that is not
// certain has a finding: without findings, every member is recognised and nobody else is prominent.

import { MAX_YAW, MIN_SCORABLE_WIDTH, WARN_YAW } from '../face-limits.ts';
import { analysedWidth, type FrameFace, type ReadableFrame } from '../photo.ts';
import { isCovered } from '../photo-rules.ts';
import { medianDistance, type ReferenceModel } from '../reference-model.ts';
import { CALIBRATION, MIN_SCORABLE_SHARPNESS, scoreOf, tenth } from '../score.ts';
import type { SubjectKind } from '../subject.ts';
import { assign } from './assignment.ts';
import type { CheckedFace, Finding, FrameCheck, Place } from './still.ts';
import { middleOf, swappedMembers } from './swapped-members.ts';

/**
 * Distances are medians to the references of a character (reference-model.ts). docs/stills-check.md says what they were
 * measured on. `version` names these and those of the score.
 */
export const FRAME_LIMITS = {
  version: `${CALIBRATION.version}-f2`,
  /** Up to it, a face is recognised. */
  recognised: 1.03,
  /** Past it, a face is not that character. In between it is open. */
  stranger: 1.16,
  /** A face that is hardly nearer to one character than to another, by this much, may be either. */
  margin: 0.12,
  /**
   * A face that is past the first from the nearest character may be of two members: of that one, and of each member who is
   * within the second and at most the third farther. Two other people are rarely that near.
   */
  genuine: 0.8,
  both: 1.25,
  farther: 0.25,
  /** Two characters whose references are this near cannot be told by their faces. */
  alike: 1.04,
  /** Clarity under which an unknown face is not called somebody else. */
  clarity: 8,
  /** A face under this share of the width of the cast's smallest is background. */
  background: 0.4,
} as const;

export interface FrameMember {
  kind: SubjectKind;
  /** The references of its identity; nobody can be recognised without any. */
  model: ReferenceModel;
  place?: Place | undefined;
}

/** Another character of the same batch, who does not belong into this picture. */
export interface OffScreenCharacter {
  characterId: string;
  model: ReferenceModel;
}

export interface FrameInput {
  frame: ReadableFrame;
  cast: readonly FrameMember[];
  offScreen: readonly OffScreenCharacter[];
}

/** A face on its way through the check. */
interface Seen {
  reading: FrameFace;
  /** Why it cannot be compared at all. */
  blocked: Reason | undefined;
  /** Why it may be somebody of the cast whom it does not resemble. */
  doubt: Reason | undefined;
  /** To each character. */
  distances: readonly number[];
  /** The characters that it may be: the nearest, and those that are hardly farther. */
  candidates: readonly number[];
  /** The candidates, and members that it may be a blend of. */
  near: readonly number[];
  /** The character that it was assigned to. */
  assigned: number | undefined;
  answer: CheckedFace | undefined;
}

type Reason = NonNullable<CheckedFace['reason']>;

/** The check of a picture that the provider's checker flagged: it is black, so it is not read. */
export function flaggedFrame(size: FrameCheck['size']): FrameCheck {
  return { calibration: FRAME_LIMITS.version, size, faces: [], findings: [{ code: 'provider_flagged' }] };
}

export function checkFrame({ frame, cast, offScreen }: FrameInput): FrameCheck {
  // The characters: the cast by its index, then the others.
  const models = [...cast.map(modelOf), ...offScreen.map(({ model }) => model)];
  const seen = frame.faces
    .toSorted((p, q) => middleOf(p.box).x - middleOf(q.box).x)
    .map((reading) => seenFace(reading, frame, models, cast.length));
  assignAll(seen);
  takePlaces(seen, cast, frame);
  const findings = [
    ...nameAssigned(seen, models, cast.length),
    ...nameOffScreen(seen, cast.length, offScreen),
    ...nameRepeated(seen, cast.length),
  ];
  nameBackground(seen);
  const unverifiable = nameUnverifiable(seen, cast);
  findings.push(...unverifiable, ...nameRest(seen, cast, unverifiable), ...nameSwapped(seen, cast, frame));
  const { width, height } = frame;
  const faces = seen.map(({ reading, answer }): CheckedFace => answer ?? { box: reading.box, state: 'stranger' });
  return { calibration: FRAME_LIMITS.version, size: { width, height }, faces, findings };
}

const NOBODY: ReferenceModel = { references: [], covered: [], centroid: [] };

/** The face of a robot or a dog says nothing. */
const modelOf = ({ kind, model }: FrameMember): ReferenceModel => (kind === 'human' ? model : NOBODY);

function seenFace(reading: FrameFace, frame: ReadableFrame, models: readonly ReferenceModel[], members: number): Seen {
  const { stranger, margin, genuine, both: most, farther } = FRAME_LIMITS;
  const blocked = blockOf(reading, frame);
  const distances = models.map(({ references }) => medianDistance(reading, references));
  const nearest = Math.min(...distances);
  const within = (most: number) => [...distances.keys()].filter((i) => (distances[i] ?? FARTHEST) <= most);
  const candidates = blocked ? [] : within(Math.min(stranger, nearest + margin));
  // A batch may have so many other characters that one of them is near by chance: they are none of both.
  const isOfTwo = candidates.length > 0 && nearest > genuine;
  const both = isOfTwo ? within(Math.min(most, nearest + farther)).filter((i) => i < members) : [];
  const near = [...new Set([...candidates, ...both])];
  return {
    reading,
    blocked,
    doubt: doubtOf(reading),
    distances,
    candidates,
    near,
    assigned: undefined,
    answer: undefined,
  };
}

function blockOf(face: FrameFace, frame: ReadableFrame): Reason | undefined {
  if (Math.abs(face.yaw) > MAX_YAW) return 'extreme_pose';
  if (analysedWidth(face, frame) < MIN_SCORABLE_WIDTH) return 'too_small';
  return face.sharpness < MIN_SCORABLE_SHARPNESS ? 'too_blurred' : undefined;
}

function doubtOf(face: FrameFace): Reason | undefined {
  if (Math.abs(face.yaw) > WARN_YAW) return 'extreme_pose';
  if (isCovered(face)) return 'covered';
  return face.clarity < FRAME_LIMITS.clarity ? 'too_blurred' : undefined;
}

function assignAll(seen: readonly Seen[]): void {
  const costs = seen.map(({ distances, candidates }) =>
    distances.map((distance, i) => (candidates.includes(i) ? distance : Number.POSITIVE_INFINITY)),
  );
  assign(costs, FRAME_LIMITS.stranger).forEach((character, i) => {
    const face = seen[i];
    if (face) face.assigned = character;
  });
}

/** Of two faces that may be either of two members, each is the one whose place it has. */
function takePlaces(seen: readonly Seen[], cast: readonly FrameMember[], frame: ReadableFrame): void {
  const either = seen.filter(({ near }) => near.length > 1);
  for (const [i, one] of either.entries()) {
    for (const other of either.slice(i + 1)) {
      const [p, q] = [one.assigned, other.assigned];
      if (p === undefined || q === undefined) continue;
      if (!one.near.includes(q) || !other.near.includes(p)) continue;
      const placed = [one, other].map(({ assigned = 0, reading }) => ({
        member: assigned,
        place: cast[assigned]?.place,
        box: reading.box,
      }));
      if (swappedMembers(placed, frame).length > 0) [one.assigned, other.assigned] = [q, p];
    }
  }
}

/** The faces that were assigned to a member of the cast: recognised, or what is wrong with them. */
function nameAssigned(seen: readonly Seen[], models: readonly ReferenceModel[], members: number): Finding[] {
  const taken = new Set(seen.map(({ assigned }) => assigned));
  return seen.flatMap((face, index): Finding[] => {
    const { candidates, near, doubt } = face;
    let member = face.assigned;
    const isAbsent = (i: number) => i < members && !taken.has(i);
    // Between one who does not belong here and a member that is not there: a face of both.
    if (member !== undefined && member >= members) member = candidates.find(isAbsent);
    // Nearest to a member who has a better face, and of one that is not there as well.
    else member ??= near.find(isAbsent);
    if (member === undefined) return [];
    const rivals = near.filter((i) => i !== member);
    const about = { member, face: index };
    if (rivals.length > 0) {
      answer(face, 'open', member);
      const areAlike = rivals.every((i) => modelsApart(models[i], models[about.member]) <= FRAME_LIMITS.alike);
      return [{ code: areAlike ? 'face_unverifiable' : 'blended', ...about }];
    }
    if ((face.distances[member] ?? FARTHEST) <= FRAME_LIMITS.recognised) {
      answer(face, 'recognised', member);
      return [];
    }
    if (doubt) {
      answer(face, 'unverifiable', member, doubt);
      return [{ code: 'face_unverifiable', ...about }];
    }
    answer(face, 'open', member);
    return [{ code: 'low_likeness', ...about }];
  });
}

function nameOffScreen(seen: readonly Seen[], members: number, offScreen: readonly OffScreenCharacter[]): Finding[] {
  return seen.flatMap((face, index): Finding[] => {
    const character = offScreen[(certainly(face) ?? -1) - members];
    if (face.answer || !character) return [];
    const { characterId } = character;
    face.answer = { box: face.reading.box, state: 'off_screen', characterId };
    return [{ code: 'off_screen_person', face: index, characterId }];
  });
}

/** What is left and is certainly a member of the cast: that member has a better face. */
function nameRepeated(seen: readonly Seen[], members: number): Finding[] {
  return seen.flatMap((face, index): Finding[] => {
    const member = certainly(face);
    if (face.answer || member === undefined || member >= members) return [];
    answer(face, 'recognised', member);
    return [{ code: 'duplicate_character', member, face: index }];
  });
}

/** The one character that it can be, near enough. */
function certainly({ candidates, distances }: Seen): number | undefined {
  const [only, ...others] = candidates;
  if (only === undefined || others.length > 0) return undefined;
  return (distances[only] ?? FARTHEST) <= FRAME_LIMITS.recognised ? only : undefined;
}

function nameBackground(seen: readonly Seen[]): void {
  const width = ({ reading }: Seen) => reading.box.width;
  const cast = seen.filter(isOfCast).map(width);
  const measure = cast.length > 0 ? Math.min(...cast) : Math.max(...seen.map(width));
  for (const face of seen) {
    if (!face.answer && width(face) < measure * FRAME_LIMITS.background)
      face.answer = { box: face.reading.box, state: 'background' };
  }
}

/** Faces that nobody can tell, each as one of the members that have no face yet. */
function nameUnverifiable(seen: readonly Seen[], cast: readonly FrameMember[]): Finding[] {
  const findings: Finding[] = [];
  const absent = absentMembers(seen, cast);
  const known = absent.filter((member) => hasReferences(cast[member]));
  const unclear = seen.filter((face) => !face.answer && (face.blocked ?? face.doubt));
  const costs = unclear.map(({ distances }) => known.map((member) => distances[member] ?? FARTHEST));
  assign(costs, FARTHEST).forEach((column, i) => {
    const [face, member] = [unclear[i], column === undefined ? undefined : known[column]];
    if (face && member !== undefined) findings.push(unverifiable(seen, face, member));
  });
  // Members that no face can tell. A drawn or forgotten face is taken for a stranger's: it is theirs, if there is one.
  for (const member of absent.filter((i) => !known.includes(i))) {
    const kind = cast[member]?.kind;
    const face = kind === 'human' || kind === 'stylised' ? largestUnnamed(seen) : undefined;
    findings.push(face ? unverifiable(seen, face, member) : { code: 'face_unverifiable', member });
  }
  return findings;
}

/** More than any two descriptors are apart. */
const FARTHEST = 3;

function unverifiable(seen: readonly Seen[], face: Seen, member: number): Finding {
  const reason = face.blocked ?? face.doubt;
  face.answer = { box: face.reading.box, state: 'unverifiable', ...(reason ? { reason } : {}) };
  return { code: 'face_unverifiable', member, face: seen.indexOf(face) };
}

function largestUnnamed(seen: readonly Seen[]): Seen | undefined {
  return seen.filter(({ answer }) => !answer).toSorted((p, q) => q.reading.box.width - p.reading.box.width)[0];
}

/** Members without any face, and faces that are nobody of the cast. */
function nameRest(seen: readonly Seen[], cast: readonly FrameMember[], unverifiable: readonly Finding[]): Finding[] {
  const missing = absentMembers(seen, cast).filter((i) => !unverifiable.some(({ member }) => member === i));
  const extra = seen.flatMap((face, index): Finding[] => {
    if (face.answer) return [];
    const { box } = face.reading;
    const reason = face.blocked ?? face.doubt;
    const isOpen = Math.min(...face.distances) <= FRAME_LIMITS.stranger;
    face.answer = reason ? { box, state: 'unverifiable', reason } : { box, state: isOpen ? 'open' : 'stranger' };
    return [{ code: 'extra_person', face: index }];
  });
  return [...missing.map((member): Finding => ({ code: 'missing_character', member })), ...extra];
}

/** A member with two faces has no place, and a face that may be either of two is in neither's. */
function nameSwapped(seen: readonly Seen[], cast: readonly FrameMember[], frame: ReadableFrame): Finding[] {
  const faceOf = (member: number) => {
    const [face, ...more] = seen.filter(({ answer }) => answer?.member === member);
    return face?.near.length === 1 && more.length === 0 ? face : undefined;
  };
  const placed = cast.flatMap(({ place }, member) => {
    const face = faceOf(member);
    return face ? [{ member, place, box: face.reading.box }] : [];
  });
  return swappedMembers(placed, frame).flatMap((member): Finding[] => {
    const face = faceOf(member);
    return face ? [{ code: 'swapped', member, face: seen.indexOf(face) }] : [];
  });
}

function answer(face: Seen, state: CheckedFace['state'], member: number, reason?: Reason): void {
  const score = tenth(scoreOf(face.distances[member] ?? FARTHEST));
  face.answer = { box: face.reading.box, state, member, score, ...(reason ? { reason } : {}) };
}

const isOfCast = ({ answer }: Seen): boolean => answer?.member !== undefined;

const hasReferences = (member: FrameMember | undefined): boolean =>
  member !== undefined && modelOf(member).references.length > 0;

function absentMembers(seen: readonly Seen[], cast: readonly FrameMember[]): number[] {
  return [...cast.keys()].filter((member) => !seen.some(({ answer }) => answer?.member === member));
}

/** The median distance of the references of two characters. */
function modelsApart(one: ReferenceModel | undefined, other: ReferenceModel | undefined): number {
  if (!one || !other) return Number.POSITIVE_INFINITY;
  const distances = one.references.map(({ face }) => medianDistance(face, other.references)).sort((p, q) => p - q);
  return distances[Math.floor(distances.length / 2)] ?? Number.POSITIVE_INFINITY;
}
