// The tenant and the key that a fresh stack begins with.

import type { Supabase } from '../adapters/supabase/client.ts';
import { createApiKey, firstTenant } from '../adapters/supabase/keys.ts';

/** The name of keys that end with a demo, and that nobody was shown. */
const DEMO = 'demo';

/** A key of the first start, to be shown once; undefined when there are keys already. */
export async function firstKey(database: Supabase): Promise<string | undefined> {
  const { count, error } = await database
    .from('api_keys')
    .select('id', { count: 'exact', head: true })
    .neq('name', DEMO);
  if (error) throw new Error(`The keys could not be counted: ${error.message}`);
  if (count) return undefined;
  return (await createApiKey(database, await firstTenant(database), 'first key')).key;
}

/** A key of its own for one demo, under the first tenant. */
export async function demoKey(database: Supabase): Promise<string> {
  return (await createApiKey(database, await firstTenant(database), DEMO)).key;
}
