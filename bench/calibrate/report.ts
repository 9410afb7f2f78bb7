// What a run of labelled photos says of the score: how well the kinds of pairs come apart, what 85 means on them, and
// whether it means the same for every group of people.

import { judgedRow, type Row, type RowBase, rowsOf } from './figures.ts';
import { type Constants, fitConstants } from './fit.ts';
import { type LabelledPhoto, type LabelledPhotos, UnusableData } from './labelled-photos.ts';
import { judgeMixedSets, type MixedSets } from './mixed-sets.ts';
import type { Measured } from './read-faces.ts';
import type { Part } from './split.ts';
import { atShare } from './statistics.ts';
import type { Verdict } from './verdict.ts';

/** How a face gets its distance. There is one way: adapters/vision offers no other detector and no other descriptor. */
const PIPELINE = {
  detector: 'YuNet 2023mar, five points',
  descriptor: 'SFace 2021dec, 128 numbers on the aligned 112 px face',
} as const;

interface Distribution {
  min: number;
  p5: number;
  median: number;
  p95: number;
  max: number;
}

interface NamedPair {
  a: string;
  b: string;
  distance: number;
}

interface PartCounts {
  persons: number;
  photos: number;
  genuine: number;
  impostor: number;
}

export interface JudgedConstants extends Constants {
  rows: readonly Row[];
  /** `holds`: no group falls out, and one at least is proven. */
  state: Verdict['state'];
}

export interface CalibrationReport {
  sources: readonly string[];
  pipeline: typeof PIPELINE;
  /** As many as the labels tell apart. */
  persons: number;
  photos: {
    given: number;
    scorable: number;
    left: Measured['left'];
    /** Scorable, but smaller than a photo has to be: they count in rows of their own. */
    small: number;
    /** Not measured, as the label is wrong. */
    excluded: readonly { name: string; reason: string }[];
  };
  /** `fit` is empty when there are too few people for two parts. All figures below are of `check`. */
  parts: Record<Part, PartCounts>;
  distances: { genuine: Distribution; impostor: Distribution };
  shipped: JudgedConstants;
  /** Absent when there is no part to fit on, or its pairs overlap so far that no constants keep the promise of 85. */
  fitted?: JudgedConstants;
  /** Of `check`: whether somebody else among a person's photos is named. Empty without groups. */
  mixedSets: readonly MixedSets[];
  /** Of both parts. Where a wrong label shows first. */
  hardest: { genuine: readonly NamedPair[]; impostor: readonly NamedPair[] };
}

export interface ReportOptions {
  sources: readonly string[];
  shipped: Constants;
  /** Pixels of the shorter side below which a picture counts in rows of its own. */
  minSide?: number;
  excluded?: readonly { name: string; reason: string }[];
}

const HARDEST = 10;

/** The report of one run. Throws UnusableData when nothing is left to compare. */
export function reportOn(
  labelled: LabelledPhotos & { parts: readonly Part[] },
  measured: Measured,
  { sources, shipped, minSide = 0, excluded = [] }: ReportOptions,
): CalibrationReport {
  const { photos, parts } = labelled;
  const small = new Set<LabelledPhoto>();
  for (const [place, photo] of photos.entries()) {
    const picture = measured.faces[place]?.picture;
    if (picture && Math.min(picture.width, picture.height) < minSide) small.add(photo);
  }
  const rowsIn = (part: Part): RowBase[] =>
    rowsOf({
      photos,
      faces: measured.faces.map((face, place) => (parts[place] === part ? face : undefined)),
      pairs: measured.pairs.filter(({ a }) => parts[a] === part),
      isSmall: (photo) => small.has(photo),
      isIn: (place) => parts[place] === part,
      withIntervals: part === 'check',
    });
  const check = rowsIn('check');
  const [all] = check;
  if (!all || all.genuine.length === 0 || all.impostor.length === 0) throw nothingToMeasure(all, measured);
  const fit = rowsIn('fit');
  const groups = fit.filter(({ kind }) => kind === 'group');
  const fitted = fit[0] && fit[0].people > 0 ? fitConstants(groups.length > 0 ? groups : [fit[0]]) : undefined;
  const genuine = measured.pairs.filter((pair) => pair.same);
  const named = ({ a, b, distance }: { a: number; b: number; distance: number }): NamedPair => ({
    a: photos[a]?.name ?? '',
    b: photos[b]?.name ?? '',
    distance,
  });
  return {
    sources,
    pipeline: PIPELINE,
    persons: new Set(photos.map((photo) => photo.person)).size,
    photos: {
      given: photos.length,
      scorable: photos.length - measured.left.length,
      left: measured.left,
      small: small.size,
      excluded,
    },
    parts: { fit: countsOf(fit), check: countsOf(check) },
    distances: { genuine: distribution(all.genuine), impostor: distribution(all.impostor) },
    shipped: judge(check, shipped),
    ...(fitted && {
      fitted: judge(check, { version: `fit-${measured.fingerprint}`, centre: fitted.centre, slope: fitted.slope }),
    }),
    mixedSets: judgeMixedSets(
      photos,
      measured.faces.map((face, place) => (parts[place] === 'check' ? face : undefined)),
    ),
    hardest: {
      genuine: genuine.slice(-HARDEST).reverse().map(named),
      impostor: measured.pairs
        .filter((pair) => !pair.same)
        .slice(0, HARDEST)
        .map(named),
    },
  };
}

function judge(bases: readonly RowBase[], { version, centre, slope }: Constants): JudgedConstants {
  const rows = bases.map((base) => judgedRow(base, { centre, slope }));
  const judged = rows.filter((row) => row.judged);
  const groups = judged.filter(({ kind }) => kind === 'group');
  const proven = (groups.length > 0 ? groups : judged).some(({ verdict }) => verdict.state === 'holds');
  const state = judged.some(({ verdict }) => verdict.state === 'falls out')
    ? 'falls out'
    : proven
      ? 'holds'
      : 'unproven';
  return { version, centre, slope, rows, state };
}

const countsOf = ([all]: readonly RowBase[]): PartCounts => ({
  persons: all?.people ?? 0,
  photos: all?.photos ?? 0,
  genuine: all?.genuine.length ?? 0,
  impostor: all?.impostor.length ?? 0,
});

function nothingToMeasure(all: RowBase | undefined, { left }: Measured): UnusableData {
  const missing = all && all.genuine.length > 0 ? 'two different people' : 'one person';
  const why = left[0]
    ? ` ${left.length} photos had no face to score, the first: ${left[0].name} (${left[0].reason}).`
    : '';
  return new UnusableData(`There is no pair of ${missing} to measure.${why} Add photos, each with one clear face.`);
}

const distribution = (sorted: readonly number[]): Distribution => ({
  min: atShare(sorted, 0),
  p5: atShare(sorted, 0.05),
  median: atShare(sorted, 0.5),
  p95: atShare(sorted, 0.95),
  max: atShare(sorted, 1),
});
