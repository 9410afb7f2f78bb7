// What a batch came to: each character's likeness over the frames in their order, the worst pictures, the findings.

import { tenth } from '../score.ts';
import type { FaceState, FindingCode, StillState } from './still.ts';

/** A still with its best picture. */
export interface ReportedStill {
  stillId: string;
  number: number;
  frame: number;
  frameId: string | undefined;
  variant: number;
  state: StillState;
  cast: { characterId: string; name: string }[];
  /** Of the best picture; undefined where there is none, or it was not checked. */
  check: { faces: ReportedFace[]; findings: { code: FindingCode }[] } | undefined;
}

interface ReportedFace {
  state: FaceState;
  member?: number | undefined;
  score?: number | undefined;
}

/** A character in one still. Without a score: its face was not found, or could not be compared. */
export interface Appearance {
  stillId: string;
  number: number;
  frame: number;
  variant: number;
  score?: number;
}

export interface CharacterReport {
  characterId: string;
  name: string;
  /** In the order of the stills, for each with a picture. */
  appearances: Appearance[];
  /** Scores, 0–100. Absent while nothing is scored. */
  mean?: number;
  lowest?: number;
  drift?: Drift;
}

/** How the likeness changes from the first still to the last one; negative: it falls. */
export interface Drift {
  /** Points for every ten frames, from a straight line through all scores (least squares). */
  perTenFrames: number;
  /** Mean of the last third of the scores minus that of the first third. */
  lastMinusFirst: number;
}

export interface BatchReport {
  characters: CharacterReport[];
  /** Flagged stills and low scores first. */
  worst: { stillId: string; number: number; findings: FindingCode[]; lowest?: number }[];
  /** How many findings of each code the best pictures have; the commonest first. */
  findings: { code: FindingCode; count: number }[];
}

/** Stills in `worst`. */
const WORST = 10;
/** Scores that a drift needs: of two or three frames, any difference is chance. */
const MIN_SCORES_FOR_DRIFT = 4;

/** @param stills in their order. */
export function reportOf(stills: readonly ReportedStill[]): BatchReport {
  const checked = stills.filter(({ check }) => check !== undefined);
  return { characters: charactersOf(checked), worst: worstOf(checked), findings: findingsOf(checked) };
}

function charactersOf(stills: readonly ReportedStill[]): CharacterReport[] {
  const reports = new Map<string, CharacterReport>();
  for (const { cast, check, stillId, number, frame, variant } of stills) {
    cast.forEach(({ characterId, name }, member) => {
      const report = reports.get(characterId) ?? { characterId, name, appearances: [] };
      reports.set(characterId, report);
      const score = scoreOf(check?.faces ?? [], member);
      report.appearances.push({ stillId, number, frame, variant, ...(score === undefined ? {} : { score }) });
    });
  }
  return [...reports.values()].map(summed);
}

/** Of its best face, when a mistake shows it twice. */
function scoreOf(faces: readonly ReportedFace[], member: number): number | undefined {
  const scores = faces.flatMap((face) =>
    face.state === 'recognised' && face.member === member && face.score !== undefined ? [face.score] : [],
  );
  return scores.length > 0 ? Math.max(...scores) : undefined;
}

function summed(report: CharacterReport): CharacterReport {
  const points = report.appearances.flatMap(({ frame, score }) => (score === undefined ? [] : [{ frame, score }]));
  if (points.length === 0) return report;
  const scores = points.map(({ score }) => score);
  const drift = driftOf(points);
  return { ...report, mean: tenth(meanOf(scores)), lowest: Math.min(...scores), ...(drift ? { drift } : {}) };
}

function driftOf(points: readonly { frame: number; score: number }[]): Drift | undefined {
  if (points.length < MIN_SCORES_FOR_DRIFT) return undefined;
  const frames = meanOf(points.map(({ frame }) => frame));
  const scores = meanOf(points.map(({ score }) => score));
  const spread = sum(points.map(({ frame }) => (frame - frames) ** 2));
  // All of one frame: its variants have no order.
  if (spread === 0) return undefined;
  const slope = sum(points.map(({ frame, score }) => (frame - frames) * (score - scores))) / spread;
  const third = Math.max(1, Math.floor(points.length / 3));
  const meanScore = (part: typeof points) => meanOf(part.map(({ score }) => score));
  return {
    perTenFrames: tenth(10 * slope),
    lastMinusFirst: tenth(meanScore(points.slice(-third)) - meanScore(points.slice(0, third))),
  };
}

function worstOf(stills: readonly ReportedStill[]): BatchReport['worst'] {
  const rated = stills.map(({ stillId, number, state, cast, check }) => {
    const findings = check?.findings.map(({ code }) => code) ?? [];
    const scores = cast.flatMap((_, member) => scoreOf(check?.faces ?? [], member) ?? []);
    const lowest = scores.length > 0 ? Math.min(...scores) : undefined;
    return { still: { stillId, number, findings, ...(lowest === undefined ? {} : { lowest }) }, state };
  });
  const flaggedFirst = (state: StillState) => (state === 'flagged' ? 0 : 1);
  return rated
    .filter(({ still }) => still.findings.length > 0 || still.lowest !== undefined)
    .sort(
      (a, b) =>
        flaggedFirst(a.state) - flaggedFirst(b.state) ||
        b.still.findings.length - a.still.findings.length ||
        (a.still.lowest ?? 0) - (b.still.lowest ?? 0) ||
        a.still.number - b.still.number,
    )
    .slice(0, WORST)
    .map(({ still }) => still);
}

function findingsOf(stills: readonly ReportedStill[]): BatchReport['findings'] {
  const counts = new Map<FindingCode, number>();
  for (const { check } of stills) {
    for (const { code } of check?.findings ?? []) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, next) => total + next, 0);
const meanOf = (numbers: readonly number[]): number => sum(numbers) / numbers.length;
