// Makes an API key and prints it, once: `node dist/api/create-key.js [NAME]`. It belongs to the oldest tenant, which is
// made when there is none.

import { createSupabaseClient, type Supabase } from '../adapters/supabase/client.ts';
import { createApiKey, createTenant } from '../adapters/supabase/keys.ts';
import { unwrapMaybe } from '../adapters/supabase/unwrap.ts';
import { readConfig } from './config.ts';

const DEFAULT_NAME = 'first key';

async function main(): Promise<void> {
  const database = createSupabaseClient(readConfig(process.env).supabase);
  const { key } = await createApiKey(database, await oldestTenant(database), process.argv[2] ?? DEFAULT_NAME);
  // The key alone on standard output, so that a script can keep it.
  process.stdout.write(`${key}\n`);
  process.stderr.write('Keep it: it is not stored in a readable form, and not shown again.\n');
}

async function oldestTenant(database: Supabase): Promise<string> {
  const oldest = database.from('tenants').select('id').order('created_at').limit(1).maybeSingle();
  const tenant = await unwrapMaybe(oldest, 'the oldest tenant');
  return tenant?.id ?? (await createTenant(database, 'default')).tenantId;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
