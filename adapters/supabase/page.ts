// One page of a list that shows the newest rows first.

import type { Page, PageRequest } from '../../api/ports.ts';
import { encodeCursor } from './cursor.ts';

/** `rows` were asked for with one more than the page holds, which tells whether there is a next page. */
export function toPage<T extends { id: string; createdAt: string }>(rows: T[], { limit }: PageRequest): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last ? { items, nextCursor: encodeCursor(last) } : { items };
}
