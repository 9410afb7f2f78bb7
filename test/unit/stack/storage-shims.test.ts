import { describe, expect, test } from 'vitest';
import { parseRange } from '../../../stack/supabase/shims/downloads.ts';
import { foldKeys, type ListEntry } from '../../../stack/supabase/shims/folder-listing.ts';

describe('a Range header', () => {
  test.each([
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=90-', { start: 90, end: 99 }],
    ['bytes=90-500', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-500', { start: 0, end: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=9-0', null],
    ['bytes=0-1,4-5', null],
    ['pages=1-2', null],
    ['bytes=-', null],
    [null, null],
  ])('%s of 100 bytes', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });
});

describe('a listed folder', () => {
  const row = (name: string, created_at = '2026-01-01'): ListEntry => ({
    name,
    id: name,
    created_at,
    updated_at: created_at,
    last_accessed_at: created_at,
    metadata: {},
  });
  const names = (rows: ListEntry[]) => rows.map(({ name, id }) => (id === null ? `${name}/` : name));

  test('holds files and folders of one level, each once', () => {
    const rows = [row('a/1.png'), row('a/deep/2.png'), row('a/deep/3.png'), row('b.png')];
    expect(names(foldKeys(rows, {}))).toEqual(['a/', 'b.png']);
    expect(names(foldKeys(rows, { prefix: 'a' }))).toEqual(['1.png', 'deep/']);
    expect(names(foldKeys(rows, { prefix: 'a/deep/' }))).toEqual(['2.png', '3.png']);
  });

  test('takes "_" and "%" in a prefix for themselves', () => {
    expect(names(foldKeys([row('a_b/1.png'), row('axb/2.png')], { prefix: 'a_b' }))).toEqual(['1.png']);
  });

  test('is searched, sorted and cut as asked', () => {
    const rows = [row('Old.png', '2026-01-01'), row('new.png', '2026-02-01'), row('other.txt', '2026-03-01')];
    const newestFirst = { column: 'created_at', order: 'desc' };
    expect(names(foldKeys(rows, { sortBy: newestFirst }))).toEqual(['other.txt', 'new.png', 'Old.png']);
    expect(names(foldKeys(rows, { sortBy: newestFirst, offset: 1, limit: 1 }))).toEqual(['new.png']);
    expect(names(foldKeys(rows, { search: 'PNG' }))).toEqual(['Old.png', 'new.png']);
  });
});
