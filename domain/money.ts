// Money is counted in whole micro-dollars, so that a ledger can be summed without rounding.

/** One US dollar is a million of these. */
export type MicroUsd = number;

export const CURRENCY = 'USD';
const MICROS_PER_USD = 1_000_000;

export function usd(micros: MicroUsd): number {
  return micros / MICROS_PER_USD;
}

/** The whole micro-dollars nearest to this many dollars. */
export function microUsd(dollars: number): MicroUsd {
  return Math.round(dollars * MICROS_PER_USD);
}

/** `$2.18`, for people. */
export function formatUsd(micros: MicroUsd): string {
  const dollars = usd(micros);
  return `$${dollars.toFixed(Number.isInteger(micros / 10_000) ? 2 : 3)}`;
}
