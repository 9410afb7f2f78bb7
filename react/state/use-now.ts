// The time, as spans on a page are counted from: it goes on by itself.

import { useEffect, useState } from 'react';

interface NowOptions {
  /** Milliseconds between two looks at the clock. */
  everyMs?: number;
  /** Without it, time stands still. */
  ticks?: boolean;
}

/** Milliseconds since 1970. */
export function useNow({ everyMs = 1000, ticks = true }: NowOptions = {}): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!ticks) return;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, ticks]);
  return now;
}
