// The decision after each check of a still: which pass is paid for next, or which picture is kept. Two bounds hold: the
// repairs of the plan, and one pass of each kind for a scene, as the stated price counts them.

import { bestPicture, type Candidate, type CheckedPass, findingsOf, isScene, paintedLater } from './best-picture.ts';
import { boxOfPlace, facesOfMembers, facesThatCount } from './member-faces.ts';
import type { StillPlan } from './steps.ts';
import type { FindingCode, FrameCheck, Pass, RepaintedFace } from './still.ts';

export type NextPass =
  | {
      kind: 'pass';
      pass: Pass;
      /** The number of its first picture. */
      picture: number;
      /** Whether it counts among the repairs. */
      repair: boolean;
    }
  | { kind: 'end'; state: 'passed' | 'flagged'; best: number };

/** What another seed may repair: somebody is missing, or is there who should not be. */
const REDRAWN: readonly FindingCode[] = [
  'missing_character',
  'extra_person',
  'duplicate_character',
  'off_screen_person',
  'provider_flagged',
];
/** What a repaint of the face may repair. */
const REPAINTED: readonly FindingCode[] = ['swapped', 'low_likeness', 'blended'];

/** Apart, so that the noise of two seeds is not alike, and the seed of a redraw is known before it. */
const SEED_STEP = 1_000_003;
const SEEDS = 2 ** 32;

/** @param history what was made and checked in this run of the still, in its order. */
export function nextPass(plan: StillPlan, history: readonly CheckedPass[]): NextPass {
  const last = history.at(-1);
  const best = bestPicture(plan, history);
  if (!best) return draw(plan, history);
  if (!last) return asked(plan, best);
  const left = (plan.again ? 1 : plan.maxRepairs) - history.filter(({ repair }) => repair).length;
  const findings = findingsOf(last);
  if (findings.length === 0) return end(best);
  if (isScene(plan, last.pass)) {
    const isFlagged = findings.some(({ code }) => code === 'provider_flagged');
    if (left > 0 && (isFlagged || !hasRightNumber(plan, last.check))) return draw(plan, history);
    const faces = isFlagged ? [] : facesOfScene(plan, last.check);
    if (faces.length > 0) return repaint(plan, history, last.made.number, faces, false);
  }
  return left > 0 ? repair(plan, history, best) : end(best);
}

/** How many repairs the still has had, with those before this run. */
export const repairsOf = ({ again }: StillPlan, history: readonly Pick<CheckedPass, 'repair'>[]): number =>
  (again?.repairs ?? 0) + history.filter(({ repair: isRepair }) => isRepair).length;

/** The numbers of the pictures that a pass pays for. */
export function picturesOf(pass: Pass, first: number): number[] {
  return pass.kind === 'draw' ? [first] : pass.faces.map((_, index) => first + index);
}

/** The one pass that a person asked for. What the check does not see, the person may: then every face is repainted. */
function asked(plan: StillPlan, best: Candidate): NextPass {
  if (plan.again?.kind === 'redraw') return draw(plan, []);
  const next = repair(plan, [], best);
  if (next.kind === 'pass') return next;
  const faces = facesOf(plan, best.check, new Set(plan.cast.keys()));
  return faces.length > 0 ? repaint(plan, [], best.picture, faces, true) : draw(plan, []);
}

function repair(plan: StillPlan, history: readonly CheckedPass[], best: Candidate): NextPass {
  const has = (codes: readonly FindingCode[]) => best.findings.some(({ code }) => codes.includes(code));
  if (has(REDRAWN)) return draw(plan, history);
  if (!has(REPAINTED)) return end(best);
  const faces = facesWithFindings(plan, best);
  return faces.length > 0 ? repaint(plan, history, best.picture, faces, true) : draw(plan, history);
}

/** The first drawing is no repair; each one after it is. */
function draw(plan: StillPlan, history: readonly CheckedPass[]): NextPass {
  const isRepair = history.length > 0 || plan.again !== undefined;
  const step = isRepair ? repairsOf(plan, history) + 1 : 0;
  const pass: Pass = { kind: 'draw', seed: (plan.seed + step * SEED_STEP) % SEEDS };
  return { kind: 'pass', pass, picture: firstFree(plan, history), repair: isRepair };
}

function repaint(
  plan: StillPlan,
  history: readonly CheckedPass[],
  base: number,
  faces: RepaintedFace[],
  isRepair: boolean,
): NextPass {
  return {
    kind: 'pass',
    pass: { kind: 'repaint', base, faces },
    picture: firstFree(plan, history),
    repair: isRepair,
  };
}

function end({ findings, picture }: Candidate): NextPass {
  return { kind: 'end', state: findings.length === 0 ? 'passed' : 'flagged', best: picture };
}

const firstFree = ({ again }: StillPlan, history: readonly CheckedPass[]): number =>
  (history.at(-1)?.made.number ?? (again?.number ?? 1) - 1) + 1;

/** A face more than people is no fault where a member that is not human may have one. */
function hasRightNumber({ cast }: StillPlan, check: FrameCheck): boolean {
  const people = cast.filter(({ hasFace }) => hasFace).length;
  const faces = facesThatCount(check).length;
  return faces >= people && faces <= cast.length;
}

/** The faces that the scene does not have yet. */
function facesOfScene(plan: StillPlan, check: FrameCheck): RepaintedFace[] {
  const first = faceOfFirst(plan, check);
  const held = new Map(first === undefined ? [] : [[0, first]]);
  return facesOf(plan, check, new Set(paintedLater(plan)), held);
}

/**
 * The face of the member whose LoRA drew the scene. The LoRA may have made others like it: of several, the one in its
 * place counts, then the likest. Without any, its place decides.
 */
function faceOfFirst({ cast }: StillPlan, check: FrameCheck): number | undefined {
  const own = facesThatCount(check).filter(({ member }) => member === 0);
  const byPlace = facesOfMembers(cast, check, new Map()).get(0);
  if (cast[0]?.place && own.some(({ index }) => index === byPlace)) return byPlace;
  const [likest] = own.sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
  return likest?.index ?? byPlace;
}

function facesWithFindings(plan: StillPlan, { check, findings }: Candidate): RepaintedFace[] {
  const found = findings.filter(({ code }) => REPAINTED.includes(code));
  return facesOf(plan, check, new Set(found.map(({ member }) => member)));
}

/** The face of each member by the check. Who stands in the place of another has none: there its place counts. */
function knownFaces({ faces, findings }: FrameCheck): Map<number, number> {
  const known = new Map<number, number>();
  for (const [index, { member, score = 0 }] of faces.entries()) {
    if (member === undefined || findings.some((it) => it.code === 'swapped' && it.member === member)) continue;
    const before = faces[known.get(member) ?? -1];
    if (!before || (before.score ?? 0) < score) known.set(member, index);
  }
  return known;
}

/** The faces of these members, where they are or should be; a member without a place whose face is missing has none. */
function facesOf(
  { cast }: StillPlan,
  check: FrameCheck,
  members: ReadonlySet<number | undefined>,
  held: ReadonlyMap<number, number> = knownFaces(check),
): RepaintedFace[] {
  const faces = facesOfMembers(cast, check, held);
  return cast.flatMap((member, index) => {
    if (!members.has(index) || !member.hasFace) return [];
    const box = check.faces[faces.get(index) ?? -1]?.box ?? boxOfPlace(member, cast, check);
    return box ? [{ member: index, box }] : [];
  });
}
