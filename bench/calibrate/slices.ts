// The rows of a report: everybody, and every kind of people that the labels tell apart. A pair belongs to a kind when
// both of its photos do, so that the pairs of two people in a row are of people who are alike in that.

import type { LabelledPhoto } from './labelled-photos.ts';

export interface Slice {
  kind: 'all' | 'group' | 'sex' | 'age' | 'with' | 'group and sex' | 'two groups' | 'small pictures too';
  name: string;
  /** Whether the verdict asks for it. The others are cut too fine, or hold what the product refuses. */
  judged: boolean;
  has: (photo: LabelledPhoto) => boolean;
  hasPair: (a: LabelledPhoto, b: LabelledPhoto) => boolean;
}

/** A group that is no group: of more than one origin, or not known. It counts among all, and in no row of its own. */
const NO_GROUP = 'mixed_or_unknown';
const SEXES = { f: 'women', m: 'men' } as const;

export const groupOf = ({ labels }: LabelledPhoto): string | undefined =>
  labels && labels.group !== NO_GROUP ? labels.group : undefined;

/** Photos without labels make one row. `isSmall`: pictures that count in the last rows alone. */
export function slicesOf(photos: readonly LabelledPhoto[], isSmall: (photo: LabelledPhoto) => boolean): Slice[] {
  const slice = (kind: Slice['kind'], name: string, has: Slice['has'], judged = true): Slice => ({
    kind,
    name,
    judged,
    has,
    hasPair: (a, b) => has(a) && has(b),
  });
  const large = (photo: LabelledPhoto): boolean => !isSmall(photo);
  const by = (kind: Slice['kind'], namesOf: (photo: LabelledPhoto) => readonly string[], judged = true): Slice[] =>
    [...new Set(photos.flatMap(namesOf))]
      .sort()
      .map((name) => slice(kind, name, (photo) => large(photo) && namesOf(photo).includes(name), judged));
  const groups = by('group', (photo) => list(groupOf(photo)));
  const betweenGroups: Slice = {
    ...slice('two groups', 'two groups', (photo) => large(photo) && groupOf(photo) !== undefined, false),
    hasPair: (a, b) =>
      large(a) && large(b) && groupOf(a) !== undefined && ![undefined, groupOf(a)].includes(groupOf(b)),
  };
  const withSmall = groups.map(({ name }) =>
    slice('small pictures too', name, (photo) => groupOf(photo) === name, false),
  );
  return [
    slice('all', 'everybody', large),
    ...groups,
    ...by('sex', ({ labels }) => list(labels && SEXES[labels.sex])),
    ...by('age', ({ labels }) => list(labels?.age)),
    ...by('with', ({ labels }) => labels?.has ?? []),
    ...by('group and sex', (photo) => list(groupOf(photo) && `${groupOf(photo)}, ${sexOf(photo)}`), false),
    ...(groups.length > 1 ? [betweenGroups] : []),
    ...(photos.some(isSmall) ? withSmall : []),
  ];
}

const sexOf = ({ labels }: LabelledPhoto): string => (labels ? SEXES[labels.sex] : '');

const list = (name: string | undefined): string[] => (name === undefined ? [] : [name]);
