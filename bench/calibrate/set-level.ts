// What the score does in the product: one picture against the three to five references of a person, by their median
// distance (domain/reference-model.ts), not one photo against one photo.

import { medianDistance, type Reference } from '../../domain/reference-model.ts';
import type { LabelledPhoto } from './labelled-photos.ts';

export interface SetComparison {
  /** Of the picture, a place in the list of photos; and of the first reference. */
  picture: number;
  reference: number;
  same: boolean;
  references: number;
  distance: number;
}

export const MIN_REFERENCES = 3;
const MAX_REFERENCES = 5;

/**
 * Every photo of a person against the person's others, up to five of them; and the first five of a person against every
 * photo of everybody else in the same group. Of a person with three photos the comparisons of one photo with the other
 * two are among the results, with `references: 2`: too few to count as a set. In the order of their distance.
 */
export function compareSets(
  photos: readonly LabelledPhoto[],
  faces: readonly (Reference | undefined)[],
): SetComparison[] {
  const own = new Map<string, number[]>();
  for (const [place, { person }] of photos.entries()) {
    if (faces[place]) own.set(person, [...(own.get(person) ?? []), place]);
  }
  const against = (picture: number, places: readonly number[], same: boolean): SetComparison[] => {
    const face = faces[picture]?.face;
    const references = places.flatMap((place) => faces[place] ?? []);
    const [reference] = places;
    if (!face || reference === undefined) return [];
    const distance = medianDistance(face, references);
    return [{ picture, reference, same, references: references.length, distance }];
  };
  const results = [...own.values()].flatMap((places) => {
    const first = photos[places[0] ?? 0];
    const genuine = places.flatMap((picture) => {
      if (first?.labels?.oneSession) return [];
      const rest = places.filter((place) => place !== picture);
      return rest.length >= MIN_REFERENCES - 1 ? against(picture, rest.slice(0, MAX_REFERENCES), true) : [];
    });
    if (places.length < MIN_REFERENCES) return genuine;
    const strangers = photos.flatMap((photo, picture) =>
      photo.person !== first?.person && photo.labels?.group === first?.labels?.group
        ? against(picture, places.slice(0, MAX_REFERENCES), false)
        : [],
    );
    return [...genuine, ...strangers];
  });
  return results.sort((x, y) => x.distance - y.distance);
}
