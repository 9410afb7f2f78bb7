// The constants of `score = 100 / (1 + exp((d − centre) / slope))` from labelled distances. Two points pin the curve:
// 85 is the distance that 95 % of the pairs of one person reach in every group; 50, the centre, is the distance that one
// in a thousand pairs of two people reaches in the group that reaches it first (of up to a thousand such pairs: the
// closest one). One in a thousand and not simply the closest pair: that one moves with the size of the set, and in a
// large set it is a wrong label or a pair of sisters.

import { atShare } from './statistics.ts';

export interface Constants {
  version: string;
  centre: number;
  slope: number;
}

/** Sorted distances of one group of people. */
export interface GroupDistances {
  genuine: readonly number[];
  impostor: readonly number[];
}

export interface Fit {
  centre: number;
  slope: number;
  distanceAt85: number;
}

/** Of the pairs of one person, the share that has to reach 85. */
const GENUINE_SHARE = 0.95;
/** Of the pairs of two people, the share that may reach 50. */
const IMPOSTOR_SHARE = 0.001;
/** A group with fewer pairs has no share of its own to speak of: it follows the others. */
const ENOUGH = { genuine: 40, impostor: 1_000 } as const;

/** The largest distance that still scores this much. */
export function distanceAt(score: number, { centre, slope }: Omit<Constants, 'version'>): number {
  return centre - slope * Math.log(score / (100 - score));
}

/**
 * The constants that these groups ask for; when no group has enough pairs, all together count as one. Nothing when the
 * two kinds of pairs overlap so far that none can be had.
 */
export function fitConstants(groups: readonly GroupDistances[]): Fit | undefined {
  const ask = (kind: keyof GroupDistances, share: number): number[] => {
    const enough = groups.map((group) => group[kind]).filter((distances) => distances.length >= ENOUGH[kind]);
    const together = groups.flatMap((group) => group[kind]).sort((a, b) => a - b);
    return (enough.length > 0 ? enough : [together]).map((distances) => atShare(distances, share));
  };
  const distanceAt85 = Math.max(...ask('genuine', GENUINE_SHARE));
  const centre = Math.min(...ask('impostor', IMPOSTOR_SHARE));
  if (!(distanceAt85 < centre)) return undefined;
  return { centre, slope: (centre - distanceAt85) / Math.log(85 / 15), distanceAt85 };
}
