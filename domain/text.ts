// Rules for text from outside. All stored text goes to PostgreSQL or through gRPC. Text that either cannot hold is
// refused where a caller waits for an answer, and cleaned elsewhere.

/**
 * PostgreSQL holds no U+0000, neither in text (SQLSTATE 22021) nor in jsonb (22P05). UTF-8, the encoding of PostgreSQL
 * and gRPC, has no form for half of a surrogate pair.
 */
const NUL = '\0';
const LONE_SURROGATE = /\p{Cs}/u;
const CONTROL = /\p{Cc}/u;
const CONTROL_BUT_LINES = /(?![\t\n\r])\p{Cc}/u;

/**
 * Bytes of an id that a caller chooses. Temporal takes ids of 1000 bytes (its setting limit.maxIDLength), and some of
 * ours are such an id with a round or a prefix before it.
 */
export const MAX_ID_BYTES = 900;

export interface TextRules {
  /** Whether it may have several lines, and tabs. */
  lines?: boolean;
}

/** The problem of a text, as the end of a sentence; undefined when it can be stored as it is. */
export function textProblem(text: string, { lines = false }: TextRules = {}): string | undefined {
  if (text.includes(NUL)) return 'has a NUL character (U+0000), which cannot be stored';
  if (LONE_SURROGATE.test(text)) return 'has half of a character (a lone surrogate), which cannot be stored';
  if ((lines ? CONTROL_BUT_LINES : CONTROL).test(text)) return 'has a control character';
  return undefined;
}

/** The same of an id, which is measured in bytes. */
export function idProblem(id: string): string | undefined {
  const bytes = utf8Length(id);
  return textProblem(id) ?? (bytes > MAX_ID_BYTES ? `has ${bytes} bytes, and ${MAX_ID_BYTES} are allowed` : undefined);
}

/** The text as it can be kept: without NUL, U+FFFD for half a character, at most so many characters (code points). */
export function cleanText(text: string, maxCharacters = Number.POSITIVE_INFINITY): string {
  const clean = text.replaceAll(NUL, '').replace(/\p{Cs}/gu, '\uFFFD');
  return clean.length <= maxCharacters ? clean : firstCharacters(clean, maxCharacters, Number.POSITIVE_INFINITY);
}

/** The same for an id, which has no control characters and is cut by bytes too. */
export function cleanId(id: string, maxCharacters: number): string {
  return firstCharacters(cleanText(id).replace(/\p{Cc}/gu, ''), maxCharacters, MAX_ID_BYTES);
}

/** UTF-8 bytes; a workflow has no TextEncoder to ask. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += bytesOf(character);
  return bytes;
}

/** The place of a text in a JSON value that cannot be stored, and its problem; keys are texts too. */
export function storageProblem(value: unknown): { path: string; message: string } | undefined {
  // A list instead of recursion, because a body can be nested deeper than the stack.
  const rest: { value: unknown; path: Path }[] = [{ value, path: undefined }];
  for (let next = rest.pop(); next; next = rest.pop()) {
    if (typeof next.value === 'string') {
      const message = unstorable(next.value);
      if (message !== undefined) return { path: written(next.path), message };
    } else if (typeof next.value === 'object' && next.value !== null) {
      for (const [key, inner] of Object.entries(next.value)) {
        const path = { key, above: next.path };
        const message = unstorable(key);
        if (message !== undefined) return { path: written(path), message: `as a name ${message}` };
        rest.push({ value: inner, path });
      }
    }
  }
  return undefined;
}

/** A JSON value as it can be stored: every text in it cleaned, names too. The same object when nothing changed. */
export function cleanJson(value: unknown): unknown {
  if (storageProblem(value) === undefined) return value;
  return JSON.parse(JSON.stringify(value), (_key, inner: unknown) => {
    if (typeof inner === 'string') return cleanText(inner);
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, member]) => [cleanText(key), member]));
  });
}

type Path = { key: string; above: Path } | undefined;

function written(path: Path): string {
  const keys: string[] = [];
  for (let part = path; part; part = part.above) keys.push(part.key);
  return keys.reverse().join('.');
}

/** Control characters can be stored, so that a passed-on text may have them. */
function unstorable(text: string): string | undefined {
  return text.includes(NUL) || LONE_SURROGATE.test(text) ? textProblem(text) : undefined;
}

function firstCharacters(text: string, maxCharacters: number, maxBytes: number): string {
  let kept = '';
  let count = 0;
  let bytes = 0;
  for (const character of text) {
    count += 1;
    bytes += bytesOf(character);
    if (count > maxCharacters || bytes > maxBytes) break;
    kept += character;
  }
  return kept;
}

function bytesOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}
