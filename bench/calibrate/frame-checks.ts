// Checks frames of which it is known who is in them, and counts what the check says. Each frame is also checked as if
// other people had been asked for: that shows whether a swap, a missing member and a person of another frame are named.

import type { FrameReading, ReadableFrame } from '../../domain/photo.ts';
import type { ReferenceModel } from '../../domain/reference-model.ts';
import { checkFrame, FRAME_LIMITS } from '../../domain/stills/check-frame.ts';
import {
  type CheckedFace,
  FINDING_CODES,
  type Finding,
  type FindingCode,
  type FrameCheck,
} from '../../domain/stills/still.ts';
import { SOMEBODY_ELSE } from './montages.ts';

export interface LabelledFrame {
  name: string;
  /** Who is in it, from left to right. */
  shown: readonly string[];
  /** The cast that was asked for, from left to right. When absent: those who are in it, and variants of them. */
  asked?: readonly string[];
  reading: FrameReading;
}

export interface FindingCount {
  /** What the labels ask for. */
  expected: number;
  hits: number;
  falseAlarms: number;
}

export interface FramesReport {
  calibration: string;
  frames: number;
  /** Frames with another number of faces than names, or that cannot be read: in no other figure. */
  left: { name: string; reason: string }[];
  /** Faces of the cast, in the frames as they were asked for. */
  cast: { faces: number; right: number; wrong: number; open: number };
  /** Faces of somebody else. */
  strangers: { faces: number; told: number; open: number; taken: number };
  /** Every check, also of the other casts. */
  checks: number;
  findings: Record<FindingCode, FindingCount>;
  /** Checks in which something was wrong and nothing was found. */
  silent: number;
  /** Who was taken for whom. */
  errors: string[];
}

/** `people`: everybody who may be asked for. Who is not asked for in a frame is a character of another one. */
export function countChecks(
  frames: readonly LabelledFrame[],
  people: ReadonlyMap<string, ReferenceModel>,
): FramesReport {
  const report: FramesReport = {
    calibration: FRAME_LIMITS.version,
    frames: frames.length,
    left: [],
    cast: { faces: 0, right: 0, wrong: 0, open: 0 },
    strangers: { faces: 0, told: 0, open: 0, taken: 0 },
    checks: 0,
    findings: Object.fromEntries(
      FINDING_CODES.map((code) => [code, { expected: 0, hits: 0, falseAlarms: 0 }]),
    ) as FramesReport['findings'],
    silent: 0,
    errors: [],
  };
  for (const { name, shown, asked, reading } of frames) {
    if (!reading.readable) {
      report.left.push({ name, reason: `unreadable (${reading.problem})` });
      continue;
    }
    const casts = asked ? [asked] : castsOf(shown, [...people.keys()]);
    casts.forEach((cast, i) => {
      const check = checkAgainst(reading, cast, people);
      const faces = facesOf(check, shown.length);
      if (!faces) {
        if (i === 0) report.left.push({ name, reason: `${foreground(check).length} faces, and ${shown.length} names` });
        return;
      }
      if (i === 0) countFaces(report, { name, shown, cast, faces, check });
      countFindings(report, { shown, cast, faces, check });
    });
  }
  return report;
}

/** As they are; in another order; with one more; and with one less, who then does not belong there. */
function castsOf(shown: readonly string[], everybody: readonly string[]): string[][] {
  const there = [...new Set(shown)].filter((name) => name !== SOMEBODY_ELSE);
  const [first, ...others] = there;
  const absent = everybody.find((name) => !there.includes(name));
  return [
    there,
    ...(first !== undefined && others.length > 0 ? [[...others, first], others] : []),
    ...(absent === undefined ? [] : [[...there, absent]]),
  ];
}

function checkAgainst(
  frame: ReadableFrame,
  cast: readonly string[],
  people: ReadonlyMap<string, ReferenceModel>,
): FrameCheck {
  const modelOf = (name: string): ReferenceModel => {
    const model = people.get(name);
    if (!model) throw new Error(`There are no references of ${name}.`);
    return model;
  };
  return checkFrame({
    frame,
    cast: cast.map((name, order) => ({ kind: 'human', model: modelOf(name), place: { kind: 'order', order } })),
    offScreen: [...people.keys()]
      .filter((name) => !cast.includes(name))
      .map((name) => ({ characterId: name, model: modelOf(name) })),
  });
}

/** A face of the check, and its index there. */
interface Told {
  face: CheckedFace;
  index: number;
}

const foreground = ({ faces }: FrameCheck): Told[] =>
  faces.map((face, index) => ({ face, index })).filter(({ face }) => face.state !== 'background');

/** One a name, from left to right; undefined when there is another number of them. */
function facesOf(check: FrameCheck, names: number): Told[] | undefined {
  if (check.faces.length === names) return check.faces.map((face, index) => ({ face, index }));
  const faces = foreground(check);
  return faces.length === names ? faces : undefined;
}

interface Counted {
  shown: readonly string[];
  cast: readonly string[];
  faces: readonly Told[];
  check: FrameCheck;
}

function countFaces(report: FramesReport, { name, shown, cast, faces, check }: Counted & { name: string }): void {
  shown.forEach((who, i) => {
    const told = faces[i];
    if (!told) return;
    const { face, index } = told;
    const taken = face.state === 'recognised' ? cast[face.member ?? -1] : face.characterId;
    if (taken !== undefined && taken !== who)
      report.errors.push(
        `${name}: face ${i + 1}, ${who === SOMEBODY_ELSE ? 'somebody else' : who}, is taken for ${taken}`,
      );
    if (who === SOMEBODY_ELSE) {
      report.strangers.faces += 1;
      const isNamed = check.findings.some(({ code, face: of }) => code === 'extra_person' && of === index);
      report.strangers[taken !== undefined ? 'taken' : isNamed ? 'told' : 'open'] += 1;
    } else {
      report.cast.faces += 1;
      report.cast[taken === undefined ? 'open' : taken === who ? 'right' : 'wrong'] += 1;
    }
  });
}

function countFindings(report: FramesReport, counted: Counted): void {
  report.checks += 1;
  const wanted = expectedFindings(counted);
  const open = [...counted.check.findings];
  for (const expected of wanted) {
    const count = report.findings[expected.code];
    count.expected += 1;
    const found = open.findIndex((finding) => isSame(expected, finding));
    if (found < 0) continue;
    open.splice(found, 1);
    count.hits += 1;
  }
  for (const { code } of open) report.findings[code].falseAlarms += 1;
  if (wanted.length > 0 && counted.check.findings.length === 0) report.silent += 1;
}

const isSame = (expected: Finding, { code, member, face }: Finding): boolean =>
  code === expected.code && (expected.member === undefined ? face === expected.face : member === expected.member);

/** Of the labels: people who are missing, too many, twice, of another frame, or in another one's place. */
function expectedFindings({ shown, cast, faces }: Counted): Finding[] {
  const timesOf = (name: string) => shown.filter((who) => who === name).length;
  const findings: Finding[] = [];
  for (const [member, name] of cast.entries()) {
    if (timesOf(name) === 0) findings.push({ code: 'missing_character', member });
    for (let again = 1; again < timesOf(name); again++) findings.push({ code: 'duplicate_character', member });
  }
  for (const [i, name] of shown.entries()) {
    const face = faces[i]?.index ?? i;
    if (name === SOMEBODY_ELSE) findings.push({ code: 'extra_person', face });
    else if (!cast.includes(name)) findings.push({ code: 'off_screen_person', face });
  }
  const once = cast.filter((name) => timesOf(name) === 1);
  const seen = shown.filter((name) => once.includes(name));
  once.forEach((name, i) => {
    if (seen[i] !== name) findings.push({ code: 'swapped', member: cast.indexOf(name) });
  });
  return findings;
}
