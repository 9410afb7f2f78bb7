// The locks in our migrations, read from their text, and the migrations with one of them taken out.

import { readFile } from 'node:fs/promises';
import { migrationFiles } from '../template-folder.ts';

const MIGRATIONS = 'supabase/migrations';

export interface Lock {
  /** What holds it, and what it is: `start_identity: tenants for no key update`. */
  id: string;
  file: number;
  start: number;
  end: number;
}

const FUNCTION = /create (?:or replace )?function public\.(\w+)[\s\S]*?\$\$[\s\S]*?\$\$;/g;
const TABLE = /create table public\.(\w+) \([\s\S]*?\n\);/g;
const INDEX = /create unique index (\w+) on public\.(\w+)[^;]*;/g;
/** Locks of rows, and of anything else while a statement or a transaction lasts. */
const ROWS = /\s+for (?:update|no key update|share|key share)(?: of \w+)?(?: nowait| skip locked)?(?=[\s;)])/g;
const OTHERS = /\b(?:perform|select)\s+pg_\w*advisory\w*\([^;]*;|\block table\b[^;]*;/g;
/** A unique index makes the second of two callers wait for the first, and then fail or go another way. */
const CONFLICT = /\bon conflict\b[^;]*?(?=\s+returning\b|;)/g;
const UNIQUE = /,\s*(?:constraint \w+\s+)?unique \(([^)]*)\)/g;
const UNIQUE_COLUMN = /(\w+) [^,\n]*?(\sunique)(?=\s*,)/g;

/** The migrations as text, in order. */
export async function migrationTexts(): Promise<string[]> {
  return Promise.all((await migrationFiles(MIGRATIONS)).map((file) => readFile(file, 'utf8')));
}

/** Every lock that the migrations take. A key of a table is none, nor is what is unique because it contains the key. */
export function locksIn(texts: readonly string[]): Lock[] {
  const locks = texts.flatMap((text, file) => locksOf(withoutComments(text), file));
  const times = new Map<string, number>();
  return locks.map((lock) => {
    const time = (times.get(lock.id) ?? 0) + 1;
    times.set(lock.id, time);
    return time === 1 ? lock : { ...lock, id: `${lock.id} (${time})` };
  });
}

/** The migrations without this lock. */
export function without({ file, start, end }: Lock, texts: readonly string[]): string[] {
  return texts.map((text, n) => (n === file ? text.slice(0, start) + text.slice(end) : text));
}

function locksOf(text: string, file: number): Lock[] {
  const owners = [...text.matchAll(FUNCTION), ...text.matchAll(TABLE)].map((match) => ({
    name: match[1] ?? '',
    start: match.index,
    end: match.index + match[0].length,
  }));
  const lock = (start: number, end: number, id: string): Lock => {
    const owner = owners.find((one) => one.start <= start && end <= one.end);
    return { id: `${owner?.name ?? 'migration'}: ${id.trim().replace(/\s+/g, ' ')}`, file, start, end };
  };
  const whole = (match: RegExpExecArray, id = match[0]) => lock(match.index, match.index + match[0].length, id);
  /** The first table that the statement names behind `word`. */
  const tableAt = (place: number, word: 'from' | 'into') => {
    const statement =
      text
        .slice(0, place)
        .split(/;|\bthen\b/)
        .at(-1) ?? '';
    return new RegExp(`\\b${word} (?:public\\.)?([\\w.]+)`).exec(statement)?.[1];
  };
  return [
    ...[...text.matchAll(ROWS)].map((match) => whole(match, `${tableAt(match.index, 'from')}${match[0]}`)),
    ...[...text.matchAll(OTHERS)].map((match) => whole(match)),
    ...[...text.matchAll(CONFLICT)].map((match) =>
      whole(match, `${tableAt(match.index, 'into')} ${/on conflict \([^)]*\)/.exec(match[0])?.[0] ?? 'on conflict'}`),
    ),
    ...[...text.matchAll(UNIQUE)].flatMap((match) =>
      (match[1] ?? '').split(', ').includes('id') ? [] : [whole(match, `unique (${match[1]})`)],
    ),
    ...[...text.matchAll(UNIQUE_COLUMN)].map((match) => {
      const end = match.index + match[0].length;
      return lock(end - (match[2] ?? '').length, end, `${match[1]} unique`);
    }),
    ...[...text.matchAll(INDEX)].map((match) => whole(match, `${match[2]} unique index ${match[1]}`)),
  ];
}

/** As long as the text, with blanks for the comments. */
const withoutComments = (text: string): string => text.replace(/--.*/g, (comment) => ' '.repeat(comment.length));
