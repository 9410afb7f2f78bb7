// Where a prompt names characters, in any language: whole words, whatever their case.

export interface Naming {
  /** The index in the names. */
  member: number;
  start: number;
  end: number;
}

/** Scripts that put no space between words: a name there may touch other letters. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u;
const LETTER = '[\\p{L}\\p{N}\\p{M}_]';
const IS_LETTER = /[\p{L}\p{N}\p{M}_]/u;

/** One line, single spaces, and one form of each accented letter, so that a name is found however it was typed. */
export const readable = (text: string): string => text.normalize('NFC').replace(/\s+/gu, ' ').trim();

/**
 * All namings, in their order. The longest name counts where two begin at one place. A name of two members names
 * nobody. A name in small letters counts only when it is written no other way: "Will says that he will come" names
 * Will once.
 */
export function namingsIn(prompt: string, names: readonly string[]): Naming[] {
  const known = names.map((name) => readable(name));
  const folded = known.map((name) => name.toLowerCase());
  const members = [...known.keys()]
    .filter((member) => folded[member] !== '')
    .filter((member) => folded.indexOf(folded[member] ?? '') === folded.lastIndexOf(folded[member] ?? ''))
    .sort((a, b) => (known[b]?.length ?? 0) - (known[a]?.length ?? 0));
  if (members.length === 0) return [];
  const pattern = new RegExp(members.map((member) => `(${wordsOf(known[member] ?? '')})`).join('|'), 'giu');
  const found = [...prompt.matchAll(pattern)].flatMap((match) => {
    const member = members[match.slice(1).findIndex((group) => group !== undefined)];
    return member === undefined ? [] : [{ member, start: match.index, end: match.index + match[0].length }];
  });
  const isSmall = ({ member, start, end }: Naming): boolean => {
    const text = prompt.slice(start, end);
    return text === text.toLowerCase() && text !== known[member];
  };
  const plain = new Set(found.filter((naming) => !isSmall(naming)).map(({ member }) => member));
  return found.filter((naming) => !isSmall(naming) || !plain.has(naming.member));
}

function wordsOf(name: string): string {
  const characters = [...name];
  const begins = UNSPACED.test(characters[0] ?? '') ? '' : `(?<!${LETTER})`;
  const ends = UNSPACED.test(characters.at(-1) ?? '') ? '' : `(?!${LETTER})`;
  return `${begins}${name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}${ends}`;
}

/** The prompt with a phrase in place of each naming. */
export function written(prompt: string, namings: readonly Naming[], phraseOf: (member: number) => string): string {
  let text = '';
  let at = 0;
  for (const { member, start, end } of namings) {
    const before = prompt.slice(at, start);
    const left = IS_LETTER.test(prompt.slice(0, start).at(-1) ?? '') ? ' ' : '';
    const right = IS_LETTER.test(prompt[end] ?? '') ? ' ' : '';
    text += `${before}${left}${phraseOf(member)}${right}`;
    at = end;
  }
  return text + prompt.slice(at);
}
