// The time, as spans on a page are counted from: it goes on by itself, slowly enough to be read.

import { useEffect, useState } from 'react';

/** Milliseconds since 1970, renewed every `everyMs`. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
