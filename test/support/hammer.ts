// Many callers at once on a real Postgres, through the adapters, as PostgREST would let them in.

import type { Supabase } from '../../adapters/supabase/client.ts';
import { startTestDatabase, type TestDatabase } from './rest/test-database.ts';
import { databaseOf } from './supabase.ts';

/** As many as a PostgREST of a larger project holds. */
export const CONNECTIONS = 40;

export interface Hammer {
  database: TestDatabase;
  client: Supabase;
}

export async function startHammer(): Promise<Hammer> {
  const database = await startTestDatabase({ connections: CONNECTIONS });
  const client = databaseOf(database);
  return { database, client };
}

/** Calls `job` `count` times at once; what came of each, in order. */
export async function atOnce<T>(count: number, job: (index: number) => Promise<T>): Promise<PromiseSettledResult<T>[]> {
  return Promise.allSettled(Array.from({ length: count }, (_, index) => job(index)));
}

export function values<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** What was thrown, by its code: {BudgetExceeded: 30}. */
export function refusals(results: readonly PromiseSettledResult<unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    const code = String((result.reason as { code?: unknown }).code ?? result.reason);
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}
