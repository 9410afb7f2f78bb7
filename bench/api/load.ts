// A steady load: so many at a time, until all are done.

/** How many are under way at a time. */
const AT_ONCE = 16;

/** Works all items off; how many that were in a second. */
export async function rateOf<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<number> {
  const left = items.values();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of left) await work(item);
    }),
  );
  return (items.length * 1000) / (performance.now() - started);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The newest rate, for a line of progress. */
export const lastOf = (rates: readonly number[]): string => (rates.at(-1) ?? Number.NaN).toFixed(1);
