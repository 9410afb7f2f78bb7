// Photos of which it is known who is who. All ways to say it (person-folders.ts, pair-list.ts, public-photos.ts) end here.

/** What a person was labelled as, by judgement and public knowledge: to measure errors by, and for nothing else. */
export interface PersonLabels {
  /** Origin, roughly: the groups that face networks are known to differ on. */
  group: string;
  sex: 'f' | 'm';
  age?: string | undefined;
  /** What the person mostly wears or has: `glasses`, `beard`, `hijab`, `old_photo`. */
  has?: readonly string[] | undefined;
  /** All photos were taken at one occasion: they make no pair of one person, it would be too easy. */
  oneSession?: true | undefined;
}

export interface LabelledPhoto {
  /** What a person calls it in a report: the path as it was given, without the folder they all share. */
  name: string;
  file: string;
  /** Photos of one person share it, as far as the labels tell. */
  person: string;
  labels?: PersonLabels;
}

export interface LabelledPair {
  /** Places in the list of photos. */
  a: number;
  b: number;
  same: boolean;
}

export interface LabelledPhotos {
  photos: readonly LabelledPhoto[];
  pairs: readonly LabelledPair[];
}

/** The data cannot be used; the message tells what to change. */
export class UnusableData extends Error {
  override readonly name = 'UnusableData';
}

/** Every pair of these photos: one person when their `person` is the same. */
export function everyPair(photos: readonly LabelledPhoto[]): LabelledPhotos {
  const pairs: LabelledPair[] = [];
  for (const [a, photo] of photos.entries()) {
    for (let b = a + 1; b < photos.length; b++) {
      const same = photo.person === photos[b]?.person;
      if (!(same && photo.labels?.oneSession)) pairs.push({ a, b, same });
    }
  }
  return { photos, pairs };
}

/** Two sets as one. Nobody may be in both: each pair across them counts as two people. */
export function joinSets(first: LabelledPhotos, second: LabelledPhotos): LabelledPhotos {
  const shift = first.photos.length;
  const across = first.photos.flatMap((_, a) => second.photos.map((_, b) => ({ a, b: b + shift, same: false })));
  return {
    photos: [
      ...first.photos.map((photo) => ({ ...photo, person: `1/${photo.person}` })),
      ...second.photos.map((photo) => ({ ...photo, person: `2/${photo.person}` })),
    ],
    pairs: [...first.pairs, ...second.pairs.map(({ a, b, same }) => ({ a: a + shift, b: b + shift, same })), ...across],
  };
}
