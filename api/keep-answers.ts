// A cache for queries that come many times a second and rarely change: the principal of a key, the tenant of an
// identity.

interface KeepOptions {
  /** Milliseconds that an answer is kept, so it may be out of date for as long. */
  forMs: number;
  /** An answer is kept as long as its question is known, from `forMs` to this many milliseconds. Else `forMs`. */
  longestMs?: number;
  /** The most answers; the one that was looked up longest ago is removed first. */
  most: number;
}

/** Concurrent and repeated questions share one look-up. Missing results and errors are not kept. */
export function keepAnswers<Question extends readonly (string | number)[], Answer>(
  lookUp: (...question: Question) => Promise<Answer | undefined>,
  { forMs, longestMs = forMs, most }: KeepOptions,
): (...question: Question) => Promise<Answer | undefined> {
  /** By question, in the order of the look-ups; `since` and `until` are in milliseconds of the process. */
  const kept = new Map<string, { answer: Promise<Answer | undefined>; since: number; until: number }>();

  function ask(name: string, question: Question): Promise<Answer | undefined> {
    const now = performance.now();
    const since = kept.get(name)?.since ?? now;
    const asked = {
      answer: lookUp(...question),
      since,
      until: now + Math.min(Math.max(now - since, forMs), longestMs),
    };
    const forget = () => void (kept.get(name) === asked && kept.delete(name));
    kept.delete(name);
    kept.set(name, asked);
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break;
      kept.delete(oldest);
    }
    asked.answer.then((answer) => answer ?? forget(), forget);
    return asked.answer;
  }

  return async function answer(...question) {
    const name = question.join(' ');
    const known = kept.get(name);
    return known && performance.now() < known.until ? known.answer : ask(name, question);
  };
}
