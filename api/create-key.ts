// Makes an API key and prints it, once: `node dist/api/create-key.js [NAME]`. It belongs to the oldest tenant, which is
// made when there is none.

import { createSupabaseClient } from '../adapters/supabase/client.ts';
import { createApiKey, firstTenant } from '../adapters/supabase/keys.ts';
import { readConfig } from './config.ts';

const DEFAULT_NAME = 'first key';

async function main(): Promise<void> {
  const database = createSupabaseClient(readConfig(process.env).supabase);
  const { key } = await createApiKey(database, await firstTenant(database), process.argv[2] ?? DEFAULT_NAME);
  // The key alone on standard output, so that a script can keep it.
  process.stdout.write(`${key}\n`);
  process.stderr.write('Keep it: it is not stored in a readable form, and not shown again.\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
