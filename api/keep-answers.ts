// Programs send the same key many times a second: whose it is need not be asked each time.

import type { Principal, Registry } from '../ports.ts';

interface KeepOptions {
  /** Milliseconds that an answer holds: as long may a key still work after it was revoked. */
  forMs: number;
  /** How many keys at most; the one that was asked for longest ago makes room. */
  most: number;
}

/** The same look-up, asked once for all who ask within the time. Who a key is not of is asked each time, and so are errors. */
export function keepPrincipals(lookUp: Registry['principal'], { forMs, most }: KeepOptions): Registry['principal'] {
  /** By key, in the order of asking; `until` is in milliseconds of the process. */
  const kept = new Map<string, { answer: Promise<Principal | undefined>; until: number }>();

  function ask(keyHash: string): Promise<Principal | undefined> {
    const asked = { answer: lookUp(keyHash), until: performance.now() + forMs };
    const forget = () => void (kept.get(keyHash) === asked && kept.delete(keyHash));
    kept.delete(keyHash);
    kept.set(keyHash, asked);
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break;
      kept.delete(oldest);
    }
    asked.answer.then((principal) => principal ?? forget(), forget);
    return asked.answer;
  }

  return async function principal(keyHash) {
    const known = kept.get(keyHash);
    return known && performance.now() < known.until ? known.answer : ask(keyHash);
  };
}
