// The figures of each row of people: what the pairs and the sets say, before and after constants are put to them.

import type { Reference } from '../../domain/reference-model.ts';
import { type AucInterval, aucInterval } from './auc-interval.ts';
import { type Constants, distanceAt } from './fit.ts';
import type { LabelledPhoto } from './labelled-photos.ts';
import type { MeasuredPair } from './read-faces.ts';
import { compareSets, MIN_REFERENCES, type SetComparison } from './set-level.ts';
import { type Slice, slicesOf } from './slices.ts';
import { type Rate, rate, rocAuc } from './statistics.ts';
import { type Verdict, verdictOn } from './verdict.ts';

/** What a score lets through. */
export interface Threshold {
  /** The largest distance that has the score. */
  distance: number;
  /** Pairs of one person with this score or a better one. */
  passed: Rate;
  /** Pairs of two people with this score or a better one. */
  falseAccepts: Rate;
}

export interface Row extends Pick<Slice, 'kind' | 'name' | 'judged'> {
  people: number;
  photos: number;
  scorable: number;
  at85: Threshold;
  at50: Threshold;
  /** The interval is drawn for everybody and for the groups alone: it takes long. */
  rocAuc: { value: number } & Partial<AucInterval>;
  /** At 85, by the median distance to three to five references. */
  sets: {
    passed: Rate;
    falseAccepts: Rate;
    /** Of people with three photos: one against the other two. No part of the promise. */
    passedWithTwo: Rate;
  };
  verdict: Verdict;
}

/** Everything about a row that no constants change. */
export interface RowBase extends Pick<Row, 'kind' | 'name' | 'judged' | 'people' | 'photos' | 'scorable' | 'rocAuc'> {
  /** Sorted distances. */
  genuine: readonly number[];
  impostor: readonly number[];
  sets: readonly SetComparison[];
}

interface Part {
  photos: readonly LabelledPhoto[];
  /** By place; undefined for a photo that has no face to score, or is of another part. */
  faces: readonly (Reference | undefined)[];
  /** Sorted by distance. */
  pairs: readonly MeasuredPair[];
  isSmall: (photo: LabelledPhoto) => boolean;
  /** Whether a photo is of this part, scorable or not. */
  isIn: (place: number) => boolean;
  /** Whether the AUC's interval is asked for. */
  withIntervals: boolean;
}

/** The rows of one part of the people. */
export function rowsOf({ photos, faces, pairs, isSmall, isIn, withIntervals }: Part): RowBase[] {
  const large = faces.map((face, place) => {
    const photo = photos[place];
    return photo && !isSmall(photo) ? face : undefined;
  });
  const comparisons = compareSets(photos, large);
  const own = photos.filter((_, place) => isIn(place));
  return slicesOf(own, isSmall).map((slice): RowBase => {
    const has = photos.map((photo, place) => isIn(place) && slice.has(photo));
    const inside = pairs.filter(({ a, b }) => {
      const [one, other] = [photos[a], photos[b]];
      return has[a] && has[b] && one && other && slice.hasPair(one, other);
    });
    const members = photos.filter((_, place) => has[place]);
    const drawn = withIntervals && (slice.kind === 'all' || slice.kind === 'group');
    return {
      kind: slice.kind,
      name: slice.name,
      judged: slice.judged,
      people: new Set(members.map(({ person }) => person)).size,
      photos: members.length,
      scorable: faces.filter((face, place) => face && has[place]).length,
      rocAuc: { value: rocAuc(inside), ...(drawn && aucInterval(inside, photos)) },
      genuine: inside.filter(({ same }) => same).map(({ distance }) => distance),
      impostor: inside.filter(({ same }) => !same).map(({ distance }) => distance),
      sets:
        slice.kind === 'two groups'
          ? []
          : comparisons.filter(({ picture, reference }) => has[picture] && has[reference]),
    };
  });
}

/** The row as these constants make it. */
export function judgedRow(base: RowBase, constants: Omit<Constants, 'version'>): Row {
  const { genuine, impostor, sets, ...rest } = base;
  const threshold = (distance: number): Threshold => ({
    distance,
    passed: within(genuine, distance),
    falseAccepts: within(impostor, distance),
  });
  const at85 = threshold(distanceAt(85, constants));
  const ofSets = (wanted: (comparison: SetComparison) => boolean): Rate =>
    within(
      sets.filter(wanted).map(({ distance }) => distance),
      at85.distance,
    );
  const rates = {
    passed: ofSets(({ same, references }) => same && references >= MIN_REFERENCES),
    falseAccepts: ofSets(({ same }) => !same),
    passedWithTwo: ofSets(({ same, references }) => same && references < MIN_REFERENCES),
  };
  const verdict = verdictOn({ at85, rocAuc: rest.rocAuc.value, sets: rates });
  return { ...rest, at85, at50: threshold(constants.centre), sets: rates, verdict };
}

const within = (distances: readonly number[], limit: number): Rate =>
  rate(distances.filter((distance) => distance <= limit).length, distances.length);
