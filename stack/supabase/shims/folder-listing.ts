// Listing a folder: lite answers every key below the prefix, flat and in full; Supabase answers names relative to
// the folder, and a folder inside it as one entry without an id.

import { Hono } from 'hono';
import type { GatewayEnv } from '../gateway-env.ts';

// Supabase's default page.
const DEFAULT_LIMIT = 100;
// The folding needs every key below the prefix; more than this in one folder is beyond a one-machine stack.
const MOST_KEYS = 1_000_000;

interface ListQuery {
  prefix?: string;
  limit?: number;
  offset?: number;
  search?: string;
  sortBy?: { column?: string; order?: string };
}

export interface ListEntry {
  name: string;
  id: string | null;
  updated_at: string | null;
  created_at: string | null;
  last_accessed_at: string | null;
  metadata: unknown;
}

export const folderListing = new Hono<GatewayEnv>().post('/list/:bucket', async (c) => {
  const query = await c.req.json<ListQuery>();
  const headers = new Headers(c.req.raw.headers);
  headers.delete('content-length');
  const answer = await c.var.lite(
    new Request(c.req.url, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        prefix: folderPrefix(query),
        limit: MOST_KEYS,
        offset: 0,
        sortBy: { column: 'name', order: 'asc' },
      }),
    }),
  );
  return answer.ok ? c.json(foldKeys((await answer.json()) as ListEntry[], query)) : answer;
});

function folderPrefix({ prefix }: ListQuery): string {
  return prefix ? prefix.replace(/\/?$/, '/') : '';
}

/** The entries of one folder, from the rows of all keys below it: searched, sorted and cut as `query` asks. */
export function foldKeys(rows: readonly ListEntry[], query: ListQuery): ListEntry[] {
  const prefix = folderPrefix(query);
  const search = query.search?.toLowerCase() ?? '';
  const entries = new Map<string, ListEntry>();
  for (const row of rows) {
    // lite matches by LIKE, where "_" and "%" in a prefix match more than themselves.
    if (!row.name.startsWith(prefix)) continue;
    const [name = '', ...below] = row.name.slice(prefix.length).split('/');
    if (!name.toLowerCase().includes(search) || entries.has(name)) continue;
    entries.set(name, below.length === 0 ? { ...row, name } : folder(name));
  }
  const sorted = [...entries.values()].sort(byColumn(query.sortBy?.column ?? 'name', query.sortBy?.order));
  const offset = query.offset ?? 0;
  return sorted.slice(offset, offset + (query.limit ?? DEFAULT_LIMIT));
}

function folder(name: string): ListEntry {
  return { name, id: null, updated_at: null, created_at: null, last_accessed_at: null, metadata: null };
}

function byColumn(column: string, order: string | undefined): (a: ListEntry, b: ListEntry) => number {
  const cell = (entry: ListEntry) => String(new Map(Object.entries(entry)).get(column) ?? '');
  const direction = order === 'desc' ? -1 : 1;
  return (a, b) => {
    const [left, right] = [cell(a), cell(b)];
    return left === right ? 0 : left < right ? -direction : direction;
  };
}
