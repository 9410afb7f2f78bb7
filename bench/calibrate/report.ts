// What a run of labelled photos says of the score: how well the kinds of pairs come apart, and what 85 means on them.

import { type AucInterval, aucInterval } from './auc-interval.ts';
import { type Constants, distanceAt, fitConstants } from './fit.ts';
import { type LabelledPhotos, UnusableData } from './labelled-photos.ts';
import type { Measured } from './read-faces.ts';
import { atShare, type Rate, rate, rocAuc } from './statistics.ts';

/** How a face gets its distance. There is one way: adapters/vision offers no other detector and no other descriptor. */
const PIPELINE = {
  detector: 'BlazeFace back 256, 68 landmarks twice',
  descriptor: 'face-api 128-D on the aligned 150 px chip',
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

/** What a score lets through. */
export interface Threshold {
  /** The largest distance that has the score. */
  distance: number;
  /** Pairs of one person with this score or a better one. */
  passed: Rate;
  /** Pairs of two people with this score or a better one. */
  falseAccepts: Rate;
}

export interface JudgedConstants extends Constants {
  /** At the gate's mean, and at its floor for the worst image (domain/score.ts). */
  at85: Threshold;
  at50: Threshold;
}

export interface CalibrationReport {
  sources: readonly string[];
  pipeline: typeof PIPELINE;
  /** As many as the labels tell apart. */
  persons: number;
  photos: { given: number; scorable: number; left: Measured['left'] };
  /** `genuinePersons`: how many persons the pairs of one person come from. */
  pairs: { genuine: number; genuinePersons: number; impostor: number; notMeasured: number };
  rocAuc: AucInterval & { value: number };
  distances: { genuine: Distribution; impostor: Distribution };
  shipped: JudgedConstants;
  /** Absent when the pairs overlap so far that no constants keep the promise of 85. */
  fitted?: JudgedConstants;
  /** Whether the shipped constants keep the promise of 85 here: 95 % pass, as far as so few pairs can tell, and no false accept. */
  shippedHolds: boolean;
  /** Where a wrong label shows first. */
  hardest: { genuine: readonly NamedPair[]; impostor: readonly NamedPair[] };
}

const PROMISED_SHARE = 0.95;
const HARDEST = 5;

/** The report of one run. Throws UnusableData when nothing is left to compare. */
export function reportOn(
  labelled: LabelledPhotos,
  measured: Measured,
  { sources, shipped }: { sources: readonly string[]; shipped: Constants },
): CalibrationReport {
  const { photos, pairs } = labelled;
  const genuine = measured.pairs.filter((pair) => pair.same);
  const impostor = measured.pairs.filter((pair) => !pair.same);
  requireBoth(genuine.length, impostor.length, measured);
  const distances = { genuine: genuine.map((p) => p.distance), impostor: impostor.map((p) => p.distance) };
  const threshold = (distance: number): Threshold => {
    const within = (all: readonly number[]) => rate(all.filter((d) => d <= distance).length, all.length);
    return { distance, passed: within(distances.genuine), falseAccepts: within(distances.impostor) };
  };
  const named = ({ a, b, distance }: { a: number; b: number; distance: number }): NamedPair => ({
    a: photos[a]?.name ?? '',
    b: photos[b]?.name ?? '',
    distance,
  });
  const fitted = fitConstants(distances.genuine, distances.impostor);
  const at85 = threshold(distanceAt(85, shipped));
  return {
    sources,
    pipeline: PIPELINE,
    persons: new Set(photos.map((photo) => photo.person)).size,
    photos: { given: photos.length, scorable: measured.scorable, left: measured.left },
    pairs: {
      genuine: genuine.length,
      genuinePersons: new Set(genuine.map((pair) => photos[pair.a]?.person)).size,
      impostor: impostor.length,
      notMeasured: pairs.length - measured.pairs.length,
    },
    rocAuc: { value: rocAuc(measured.pairs), ...aucInterval(measured.pairs, photos) },
    distances: { genuine: distribution(distances.genuine), impostor: distribution(distances.impostor) },
    shipped: { ...shipped, at85, at50: threshold(shipped.centre) },
    ...(fitted && {
      fitted: {
        version: `fit-${measured.fingerprint}`,
        centre: fitted.centre,
        slope: fitted.slope,
        at85: threshold(fitted.distanceAt85),
        at50: threshold(fitted.centre),
      },
    }),
    shippedHolds: at85.passed.high >= PROMISED_SHARE && at85.falseAccepts.count === 0,
    hardest: {
      genuine: genuine.slice(-HARDEST).reverse().map(named),
      impostor: impostor.slice(0, HARDEST).map(named),
    },
  };
}

function requireBoth(genuine: number, impostor: number, { left }: Measured): void {
  if (genuine > 0 && impostor > 0) return;
  const missing = genuine === 0 ? 'one person' : 'two different people';
  const why = left[0]
    ? ` ${left.length} photos had no face to score, the first: ${left[0].name} (${left[0].reason}).`
    : '';
  throw new UnusableData(`There is no pair of ${missing} to measure.${why} Add photos, each with one clear face.`);
}

const distribution = (sorted: readonly number[]): Distribution => ({
  min: atShare(sorted, 0),
  p5: atShare(sorted, 0.05),
  median: atShare(sorted, 0.5),
  p95: atShare(sorted, 0.95),
  max: atShare(sorted, 1),
});
