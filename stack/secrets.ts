// The keys of the embedded database: made once, stored in the data folder, readable by its owner only.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SupabaseKeys } from './supabase/keys.ts';
import { generateSupabaseKeys } from './supabase/keys.ts';

export async function supabaseSecrets(dataFolder: string): Promise<SupabaseKeys> {
  const file = join(dataFolder, 'supabase-keys.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SupabaseKeys;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const keys = await generateSupabaseKeys();
  writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  return keys;
}
