// Which picture of a still is kept: the one with the least wrong, then the one that looks most like its cast.

import { drawnInScene } from './routes.ts';
import type { MadePicture, StillPlan } from './steps.ts';
import type { Finding, FindingCode, FrameCheck, Pass } from './still.ts';

/** A pass that was paid for, and the check of its last picture. */
export interface CheckedPass {
  pass: Pass;
  /** Whether it counts among the repairs. */
  repair: boolean;
  made: MadePicture;
  check: FrameCheck;
}

/** The same, as far as it says which picture is kept. */
export interface CheckedResult extends Pick<CheckedPass, 'check'> {
  pass: Pick<Pass, 'kind'>;
  made: Pick<MadePicture, 'number' | 'flagged'>;
}

/** What of a plan says which picture is kept. */
export type PlanOfPictures = Pick<StillPlan, 'route' | 'cast' | 'again'>;

/** A picture that can be kept. */
export interface Candidate {
  picture: number;
  findings: readonly Finding[];
  check: FrameCheck;
}

/**
 * How much a finding counts. A picture that the provider's checker flagged may be black, so it is kept only where there is
 * no other. A wrong person is worse than a weak likeness, and that is worse than a face that nobody can tell.
 */
const WEIGHTS: Record<FindingCode, number> = {
  provider_flagged: 100,
  missing_character: 4,
  extra_person: 4,
  duplicate_character: 4,
  off_screen_person: 4,
  swapped: 3,
  blended: 3,
  low_likeness: 2,
  face_unverifiable: 1,
};

const weightOf = ({ findings }: Candidate): number => findings.reduce((sum, { code }) => sum + WEIGHTS[code], 0);

const scoreOf = ({ check }: Candidate): number => check.faces.reduce((sum, { score }) => sum + (score ?? 0), 0);

/** The findings of a check, with the flag of the provider's own checker. */
export function findingsOf({ check, made }: Pick<CheckedResult, 'check' | 'made'>): readonly Finding[] {
  const isKnown = check.findings.some(({ code }) => code === 'provider_flagged');
  return made.flagged && !isKnown ? [...check.findings, { code: 'provider_flagged' }] : check.findings;
}

/** The members whose faces are painted into the scene after it was drawn. */
export function paintedLater({ route, cast }: Pick<StillPlan, 'route' | 'cast'>): number[] {
  const inScene = drawnInScene(route, cast);
  return [...cast.keys()].filter((member) => !inScene.includes(member));
}

/** Whether a pass draws a scene that needs more faces. */
export const isScene = (plan: Pick<StillPlan, 'route' | 'cast'>, pass: Pick<Pass, 'kind'>): boolean =>
  pass.kind === 'draw' && paintedLater(plan).length > 0;

/** The picture to keep; none before the first check. Of equal ones the later is kept: it was made to be better. */
export function bestPicture(plan: PlanOfPictures, history: readonly CheckedResult[]): Candidate | undefined {
  const before = plan.again?.best;
  let best: Ranked | undefined = before && {
    picture: before.picture,
    findings: before.check.findings,
    check: before.check,
    unfinished: false,
  };
  for (const passed of history) {
    const findings = findingsOf(passed);
    const next: Ranked = {
      picture: passed.made.number,
      findings,
      check: passed.check,
      unfinished: findings.length > 0 && isScene(plan, passed.pass),
    };
    if (!best || isAsGood(next, best, isWanted(plan, best))) best = next;
  }
  if (!best) return undefined;
  const { picture, findings, check } = best;
  return { picture, findings, check };
}

interface Ranked extends Candidate {
  /** A scene that was not finished counts only where there is nothing else. */
  unfinished: boolean;
}

/** A person who asks for a redraw wants another picture: then the scores of what was there do not count. */
const isWanted = ({ again }: PlanOfPictures, best: Candidate): boolean =>
  again?.kind === 'redraw' && again.best?.picture === best.picture;

function isAsGood(a: Ranked, b: Ranked, withoutScores: boolean): boolean {
  if (a.unfinished !== b.unfinished) return b.unfinished;
  const more = weightOf(a) - weightOf(b);
  if (more !== 0) return more < 0;
  return withoutScores || scoreOf(a) >= scoreOf(b);
}
