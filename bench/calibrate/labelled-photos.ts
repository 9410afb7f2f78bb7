// Photos of which it is known who is who. Two ways to say it (person-folders.ts, pair-list.ts) end here.

export interface LabelledPhoto {
  /** What a person calls it in a report: the path as it was given, without the folder they all share. */
  name: string;
  file: string;
  /** Photos of one person share it, as far as the labels tell. */
  person: string;
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
  const pairs = photos.flatMap((photo, a) =>
    photos.slice(a + 1).map((other, i) => ({ a, b: a + 1 + i, same: photo.person === other.person })),
  );
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
