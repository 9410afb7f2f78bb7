// The numbers that judge a verifier. All of them by the books: no distribution is assumed.

/** A share with its 95 % confidence interval. */
export interface Rate {
  count: number;
  of: number;
  share: number;
  low: number;
  high: number;
}

/** The normal distribution's 97.5 % point: 95 % of it lie between its two signs. */
const Z = 1.959963984540054;

/** Wilson's score interval (Wilson 1927): holds for few trials, and for none or all of them a success. */
export function rate(count: number, of: number): Rate {
  if (of === 0) return { count, of, share: 0, low: 0, high: 1 };
  const share = count / of;
  const centre = (share + Z ** 2 / (2 * of)) / (1 + Z ** 2 / of);
  const half = (Z / (1 + Z ** 2 / of)) * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  return {
    count,
    of,
    share,
    low: count === 0 ? 0 : Math.max(0, centre - half),
    high: count === of ? 1 : Math.min(1, centre + half),
  };
}

/** The smallest value that this share of a sorted list reaches (nearest rank); at least the first one. */
export function atShare(sorted: readonly number[], share: number): number {
  // 0.95 × 20 is a hair above 19 in floating point, and must not be the 20th.
  const rank = Math.ceil(share * sorted.length - 1e-9);
  return sorted[Math.max(rank, 1) - 1] ?? Number.NaN;
}

/**
 * Area under the ROC curve: the chance that a pair of one person lies closer than a pair of two; a tie counts half.
 * The pairs come sorted by distance; a pair weighs `weightOf(pair)`. `beyond`: weights of pairs of one person that lie
 * closer than all of them, and of pairs of two people that lie farther. NaN when one of the kinds has no weight.
 */
export function rocAuc<Pair extends { same: boolean; distance: number }>(
  sorted: readonly Pair[],
  weightOf: (pair: Pair) => number = () => 1,
  beyond = { genuineBefore: 0, impostorAfter: 0 },
): number {
  let genuine = beyond.genuineBefore; // Weight of the genuine pairs that lie closer than the tie being read.
  let impostor = 0;
  let area = 0;
  for (let i = 0; i < sorted.length; ) {
    const distance = sorted[i]?.distance;
    let tiedGenuine = 0;
    let tiedImpostor = 0;
    for (let pair = sorted[i]; pair && pair.distance === distance; pair = sorted[++i]) {
      if (pair.same) tiedGenuine += weightOf(pair);
      else tiedImpostor += weightOf(pair);
    }
    area += tiedImpostor * (genuine + tiedGenuine / 2);
    genuine += tiedGenuine;
    impostor += tiedImpostor;
  }
  area += beyond.impostorAfter * genuine;
  impostor += beyond.impostorAfter;
  return area / (genuine * impostor);
}
