// Whether an element has come into sight: a large cast does not load all its photos at once.

import { type RefObject, useEffect, useRef, useState } from 'react';

/** Begins a little before, so that a photo is there when its card is. */
const MARGIN = '300px';

export function useWasInSight<E extends Element>(): [RefObject<E | null>, boolean] {
  const ref = useRef<E>(null);
  const [wasInSight, setWasInSight] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element || wasInSight) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setWasInSight(true);
      },
      { rootMargin: MARGIN },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [wasInSight]);
  return [ref, wasInSight];
}
