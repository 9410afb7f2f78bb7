// How far the AUC could be off because other people might have been asked: a bootstrap over persons. Pairs share photos
// and persons, so to draw pairs, as if each told something new, would make the interval too narrow.

import { mulberry32 } from '../mulberry32.ts';
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

/** The 95 % percentile interval over a thousand seeded draws of as many persons as are in the pairs, with repetition. */
export function aucInterval(sorted: readonly MeasuredPair[], photos: readonly LabelledPhoto[]): AucInterval {
  const paired = new Set(sorted.flatMap(({ a, b }) => [a, b]));
  const names = new Set(photos.filter((_, place) => paired.has(place)).map(({ person }) => person));
  const persons = new Map([...names].map((person, i) => [person, i]));
  const personAt = (place: number): number => persons.get(photos[place]?.person ?? '') ?? 0;
  const pairs = sorted.map(({ a, b, same, distance }) => ({ same, distance, one: personAt(a), other: personAt(b) }));
  // Only where the kinds overlap does the order of single pairs matter. Before it there are pairs of one person alone,
  // after it pairs of two people alone: of those the numbers are enough, and they are almost all.
  const nearest = pairs.find(({ same }) => !same)?.distance ?? Number.POSITIVE_INFINITY;
  const farthest = pairs.findLast(({ same }) => same)?.distance ?? Number.NEGATIVE_INFINITY;
  const before = countsOf(pairs.filter(({ same, distance }) => same && distance < nearest));
  const after = countsOf(pairs.filter(({ same, distance }) => !same && distance > farthest));
  const overlap = pairs.filter(({ distance }) => distance >= nearest && distance <= farthest);
  const next = mulberry32(SEED);
  const times = new Array<number>(persons.size);
  // A person drawn twice brings the own pairs twice; the person and its double are no pair.
  const weightOf = ({ one, other }: { one: number; other: number }): number =>
    one === other ? (times[one] ?? 0) : (times[one] ?? 0) * (times[other] ?? 0);
  const weigh = (counts: readonly Count[]): number =>
    counts.reduce((sum, each) => sum + each.count * weightOf(each), 0);
  const areas: number[] = [];
  for (let draw = 0; draw < DRAWS; draw++) {
    times.fill(0);
    for (let i = 0; i < persons.size; i++) {
      const drawn = Math.floor(next() * persons.size);
      times[drawn] = (times[drawn] ?? 0) + 1;
    }
    const area = rocAuc(overlap, weightOf, { genuineBefore: weigh(before), impostorAfter: weigh(after) });
    if (!Number.isNaN(area)) areas.push(area);
  }
  areas.sort((x, y) => x - y);
  return { low: atShare(areas, 0.025), high: atShare(areas, 0.975), draws: areas.length };
}

/** How many pairs two persons have, or one person with itself. */
interface Count {
  one: number;
  other: number;
  count: number;
}

function countsOf(pairs: readonly { one: number; other: number }[]): Count[] {
  const counts = new Map<string, Count>();
  for (const { one, other } of pairs) {
    const key = `${Math.min(one, other)} ${Math.max(one, other)}`;
    const known = counts.get(key) ?? { one, other, count: 0 };
    counts.set(key, { ...known, count: known.count + 1 });
  }
  return [...counts.values()];
}
