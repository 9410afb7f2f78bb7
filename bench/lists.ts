// Walking a long list page by page, through the adapter, over a real Postgres: a page at the end should cost what one at
// the beginning costs.

import { createSupabaseClient } from '../adapters/supabase/client.ts';
import { createIdentities } from '../adapters/supabase/identities.ts';
import type { Identities } from '../core/ports/identities.ts';
import { writeManyRows } from '../test/support/postgres/many-rows.ts';
import { startTestDatabase } from '../test/support/rest/test-database.ts';
import { type Figure, smaller } from './figure.ts';
import { spreadOf, timed } from './stats.ts';

const IDENTITIES = 100_000;
const LIMIT = 100;
/** Of all pages, at each end and in the middle. */
const SHARE = 0.1;

export async function measureLists(say: (line: string) => void): Promise<Figure[]> {
  const database = await startTestDatabase();
  try {
    say(`lists: writing ${IDENTITIES} identities`);
    const { tenantId } = await writeManyRows(database.postgres, IDENTITIES);
    const client = createSupabaseClient({ url: database.url, serviceRoleKey: database.secretKey });
    const pages = await walk(createIdentities(client), tenantId);
    say(`lists: ${pages.length} pages in ${(pages.reduce((sum, ms) => sum + ms, 0) / 1000).toFixed(1)} s`);
    const part = Math.ceil(pages.length * SHARE);
    const middle = Math.floor((pages.length - part) / 2);
    const first = { name: 'the first pages', spread: spreadOf(pages.slice(0, part)) };
    const figure = (name: string, of: number[]): Figure =>
      smaller({ name, unit: 'ms', ours: spreadOf(of), other: first, aim: 'as fast as the first' });
    return [
      figure('a page of 100 identities, in the middle of 100,000', pages.slice(middle, middle + part)),
      figure('the same, at the end', pages.slice(-part)),
    ];
  } finally {
    await database.stop();
  }
}

/** Milliseconds of each page, in order. */
async function walk(identities: Identities, tenantId: string): Promise<number[]> {
  const times: number[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = { limit: LIMIT, cursor };
    times.push(
      await timed(async () => {
        const { items, nextCursor } = await identities.list(tenantId, {}, page);
        for (const { id } of items) seen.add(id);
        cursor = nextCursor;
      }),
    );
  } while (cursor !== undefined);
  if (seen.size !== IDENTITIES) throw new Error(`The walk saw ${seen.size} identities of ${IDENTITIES}.`);
  return times;
}
