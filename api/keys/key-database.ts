// The database of the keys: that of the environment, else of the stack on this machine.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createSupabaseClient, type Supabase } from '../../adapters/supabase/client.ts';

/** The defaults of `npm start` (stack/options.ts, stack/secrets.ts). */
const STACK = { folder: '.likeness', port: '54321', keysFile: 'supabase-keys.json' } as const;

/** Throws an Error with the next step when there is neither. */
export function openKeyDatabase(env: NodeJS.ProcessEnv): Supabase {
  const { SUPABASE_URL: url, SUPABASE_SERVICE_ROLE_KEY: serviceRoleKey } = env;
  if (url && serviceRoleKey) return createSupabaseClient({ url, serviceRoleKey });
  const folder = resolve(env.LIKENESS_DATA || STACK.folder);
  const secretKey = secretOf(join(folder, STACK.keysFile));
  if (!secretKey) {
    throw new Error(
      `Set SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY, or start a stack with \`npm start\`: ${folder} holds none.`,
    );
  }
  const port = env.LIKENESS_SUPABASE_PORT || STACK.port;
  return createSupabaseClient({ url: `http://127.0.0.1:${port}`, serviceRoleKey: secretKey });
}

function secretOf(file: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { secretKey?: string }).secretKey;
  } catch {
    return undefined;
  }
}
