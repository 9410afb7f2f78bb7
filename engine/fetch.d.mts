/** The JSON at an address; gives up after seconds. */
export function fetchJson(url: string, headers?: Record<string, string>): Promise<unknown>;

/** Streams what is at an address into a file and answers its SHA-256; gives up when nothing comes. Milliseconds. */
export function fetchFile(
  url: string,
  target: string,
  limits?: { answerMs?: number; silenceMs?: number },
): Promise<string>;

/** A failed request in a few words; `fetch` hides the reason in the cause. */
export function reasonOf(error: unknown): string;
