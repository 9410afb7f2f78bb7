// Whether a photo of somebody else is named before money is spent: sets of one person's photos with one photo of another
// person of the same group among them, judged by the rules that judge an upload (domain/photo-set.ts).

import { verdictOf } from '../../domain/photo-findings.ts';
import { judgePhoto } from '../../domain/photo-rules.ts';
import { judgeSet } from '../../domain/photo-set.ts';
import type { Reference } from '../../domain/reference-model.ts';
import type { LabelledPhoto } from './labelled-photos.ts';
import { groupOf } from './slices.ts';
import { type Rate, rate } from './statistics.ts';

export interface MixedSets {
  group: string;
  people: number;
  /** Photos of the person in each set; one of somebody else comes to them. */
  own: number;
  /** Sets in which the other's photo is rejected as another person. */
  named: Rate;
  /** Sets in which a photo of the person is. */
  wronged: Rate;
}

const OWN = [2, 3, 4];
const MOST_PHOTOS = 5;

/**
 * The first two, three and four photos of each person, each with every photo of everybody else in the group. Photos that
 * are refused by themselves are in no set.
 */
export function judgeMixedSets(
  photos: readonly LabelledPhoto[],
  faces: readonly (Reference | undefined)[],
): MixedSets[] {
  const usable = photos.flatMap((photo, place) => {
    const face = faces[place];
    const group = groupOf(photo);
    if (!face || group === undefined || verdictOf(judgePhoto(face.picture)) === 'rejected') return [];
    return [{ group, person: photo.person, photoId: photo.name, reading: face.picture }];
  });
  const groups = [...new Set(usable.map(({ group }) => group))].sort();
  return groups.flatMap((group) => {
    const inGroup = usable.filter((each) => each.group === group);
    const people = [...new Set(inGroup.map(({ person }) => person))];
    return OWN.flatMap((own) => {
      const sets = people.flatMap((person) => {
        const first = inGroup.filter((each) => each.person === person).slice(0, own);
        if (first.length < own) return [];
        return inGroup
          .filter((each) => each.person !== person)
          .map((other) => {
            const { photos: reports } = judgeSet([...first, other], { maxPhotos: MOST_PHOTOS });
            const called = reports.filter(({ findings }) =>
              findings.some(({ code, severity }) => code === 'wrong_person' && severity === 'rejection'),
            );
            return {
              person,
              named: called.some(({ photoId }) => photoId === other.photoId),
              wronged: called.some(({ photoId }) => photoId !== other.photoId),
            };
          });
      });
      if (sets.length === 0) return [];
      const share = (of: 'named' | 'wronged'): Rate => rate(sets.filter((set) => set[of]).length, sets.length);
      const counted = new Set(sets.map(({ person }) => person)).size;
      return [{ group, people: counted, own, named: share('named'), wronged: share('wronged') }];
    });
  });
}
