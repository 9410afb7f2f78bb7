// How far the AUC could be off because other people might have been asked: a bootstrap over persons. Pairs share photos
// and persons, so to draw pairs, as if each told something new, would make the interval too narrow.

import type { LabelledPhoto } from './labelled-photos.ts';
import type { MeasuredPair } from './read-faces.ts';
import { atShare, rocAuc } from './statistics.ts';

export interface AucInterval {
  low: number;
  high: number;
  /** Draws that held both kinds of pairs; the others say nothing. */
  draws: number;
}

const DRAWS = 1_000;
const SEED = 1;

/** The 95 % percentile interval over a thousand seeded draws of as many persons, with repetition. */
export function aucInterval(sorted: readonly MeasuredPair[], photos: readonly LabelledPhoto[]): AucInterval {
  const persons = [...new Set(photos.map((photo) => photo.person))];
  const places = new Map(persons.map((person, place) => [person, place]));
  const personOf = photos.map((photo) => places.get(photo.person) ?? 0);
  const next = randomNumbers(SEED);
  const areas: number[] = [];
  for (let draw = 0; draw < DRAWS; draw++) {
    const times = new Array<number>(persons.length).fill(0);
    for (let i = 0; i < persons.length; i++) {
      const drawn = Math.floor(next() * persons.length);
      times[drawn] = (times[drawn] ?? 0) + 1;
    }
    // A person drawn twice brings the own pairs twice; the person and its double are no pair.
    const area = rocAuc(sorted, ({ a, b }) => {
      const [one, other] = [personOf[a] ?? 0, personOf[b] ?? 0];
      return one === other ? (times[one] ?? 0) : (times[one] ?? 0) * (times[other] ?? 0);
    });
    if (!Number.isNaN(area)) areas.push(area);
  }
  areas.sort((x, y) => x - y);
  return { low: atShare(areas, 0.025), high: atShare(areas, 0.975), draws: areas.length };
}

/** mulberry32: numbers of 0 ≤ x < 1 that look random, the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
