// An amount of dollars as a person types it.

/** A typing error of three zeros should not pass: the API takes no more. */
const MAX_CAP_USD = 1_000_000;

/** Dollars; null for nothing typed, undefined for what is no amount that a cap can have. */
export function readCap(text: string): number | null | undefined {
  const typed = text.replace(/[$\s,]/g, '');
  if (typed === '') return null;
  if (!/^\d+(\.\d{1,2})?$/.test(typed)) return undefined;
  const cap = Number(typed);
  return cap <= MAX_CAP_USD ? cap : undefined;
}
