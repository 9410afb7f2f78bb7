// The constants of `score = 100 / (1 + exp((d − centre) / slope))` from labelled distances. Two points pin the curve:
// 85 is the distance that 95 % of the pairs of one person reach; 50, the centre, is the distance that one in a thousand
// pairs of two people reaches (of up to a thousand such pairs: the closest one). One in a thousand and not simply the
// closest pair: that one moves with the size of the set, and in a large set it is a wrong label or a pair of brothers.

import { atShare } from './statistics.ts';

export interface Constants {
  version: string;
  centre: number;
  slope: number;
}

/** Of the pairs of one person, the share that has to reach 85. */
const GENUINE_SHARE = 0.95;
/** Of the pairs of two people, the share that may reach 50. */
const IMPOSTOR_SHARE = 0.001;

/** The largest distance that still scores this much. */
export function distanceAt(score: number, { centre, slope }: Omit<Constants, 'version'>): number {
  return centre - slope * Math.log(score / (100 - score));
}

/** The constants that these sorted distances ask for; nothing when the two kinds overlap so far that none can be had. */
export function fitConstants(
  genuine: readonly number[],
  impostor: readonly number[],
): { centre: number; slope: number; distanceAt85: number } | undefined {
  const distanceAt85 = atShare(genuine, GENUINE_SHARE);
  const centre = atShare(impostor, IMPOSTOR_SHARE);
  if (!(distanceAt85 < centre)) return undefined;
  return { centre, slope: (centre - distanceAt85) / Math.log(85 / 15), distanceAt85 };
}
