/** The JSON at an address; times out after seconds. */
export function fetchJson(url: string, headers?: Record<string, string>): Promise<unknown>;

/** Streams a file and answers its SHA-256; throws after a time without data. Milliseconds. */
export function fetchFile(
  url: string,
  target: string,
  limits?: { answerMs?: number; silenceMs?: number },
): Promise<string>;

/** A failed request in a few words; `fetch` hides the reason in the cause. */
export function reasonOf(error: unknown): string;
