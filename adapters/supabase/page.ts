// One page of a list that shows the newest rows first.

import type { Page, PageRequest } from '../../core/ports/page.ts';
import { decodeCursor, encodeCursor, olderThan } from './cursor.ts';

const NEWEST_FIRST = { ascending: false };

/** The part of a supabase-js query that a page needs. */
interface Listing {
  lte(column: 'created_at', value: string): this;
  or(filters: string): this;
  order(column: 'created_at' | 'id', options: typeof NEWEST_FIRST): this;
  limit(count: number): this;
}

/**
 * The rows of one page, newest first, and one more, which shows whether there is a next page. Postgres makes no index
 * range of the alternative in `olderThan`, so a plain comparison bounds the range.
 */
export function pageOf<Query extends Listing>(query: Query, { limit, cursor }: PageRequest): Query {
  const position = cursor === undefined ? undefined : decodeCursor(cursor);
  const from = position ? query.lte('created_at', position.createdAt).or(olderThan(position)) : query;
  return from
    .order('created_at', NEWEST_FIRST)
    .order('id', NEWEST_FIRST)
    .limit(limit + 1);
}

/** The page of the rows of `pageOf`. */
export function toPage<T extends { id: string; createdAt: string }>(rows: T[], { limit }: PageRequest): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last ? { items, nextCursor: encodeCursor(last) } : { items };
}
