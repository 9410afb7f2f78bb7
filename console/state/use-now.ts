// The time of day, again and again.

import { useEffect, useState } from 'react';

const SECOND_MS = 1000;

/** Milliseconds since 1970; moves on every second while `ticks`. */
export function useNow(ticks = true): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!ticks) return;
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, [ticks]);
  return now;
}
