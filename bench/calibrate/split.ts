// Nobody is judged by constants that were fitted on them. Each person belongs to one of two parts, by a hash of the
// person's name: the constants are fitted on one, and what is promised is measured on the other.

import { createHash } from 'node:crypto';
import type { LabelledPhotos } from './labelled-photos.ts';

export type Part = 'fit' | 'check';

/** Two constants need fewer people than the proof that they hold: one in three fits. */
const FIT_ONE_IN = 3;
/** With fewer people there is nothing to fit on one part and to prove on the other. */
const MIN_PEOPLE = 30;

/** The same for the same name, in every run and on every machine. */
export function partOf(person: string): Part {
  return createHash('sha256').update(person).digest().readUInt32BE(0) % FIT_ONE_IN === 0 ? 'fit' : 'check';
}

/** Which part each photo is in, and the pairs inside a part. With too few people all are there to check by. */
export function split({ photos, pairs }: LabelledPhotos): LabelledPhotos & { parts: readonly Part[] } {
  const enough = new Set(photos.map(({ person }) => person)).size >= MIN_PEOPLE;
  const parts = photos.map(({ person }): Part => (enough ? partOf(person) : 'check'));
  return { photos, parts, pairs: pairs.filter(({ a, b }) => parts[a] === parts[b]) };
}
