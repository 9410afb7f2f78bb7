// The same question comes many times a second, and its answer changes rarely or never: whose a key is, whose an identity
// is. It need not be asked each time.

interface KeepOptions {
  /** Milliseconds that an answer holds: as long may it be out of date. */
  forMs: number;
  /** An answer holds as long again as its question is known, from `forMs` up to this many milliseconds. Else `forMs`. */
  longestMs?: number;
  /** How many answers at most; the one that was asked for longest ago makes room. */
  most: number;
}

/** The same look-up, asked once for all who ask within the time. That there is nothing is asked each time, and so are errors. */
export function keepAnswers<Question extends readonly (string | number)[], Answer>(
  lookUp: (...question: Question) => Promise<Answer | undefined>,
  { forMs, longestMs = forMs, most }: KeepOptions,
): (...question: Question) => Promise<Answer | undefined> {
  /** By question, in the order of asking; `since` and `until` are in milliseconds of the process. */
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
