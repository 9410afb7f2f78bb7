// The three secrets of one Supabase: made once for a data folder, and stored by the caller.

import { randomBytes } from 'node:crypto';
import { generateApiKey } from '@supabase/lite';

export interface SupabaseKeys {
  /** The role anon: row level security decides what it sees. */
  publishableKey: string;
  /** The role service_role: passes row level security, never leaves the server. */
  secretKey: string;
  /** Signs user sessions and the tokens of signed addresses. */
  jwtSecret: string;
}

const JWT_SECRET_BYTES = 32;

/** Makes fresh keys in the form that supabase-js and the dashboard know (`sb_publishable_…`, `sb_secret_…`). */
export async function generateSupabaseKeys(): Promise<SupabaseKeys> {
  const [publishable, secret] = await Promise.all([generateApiKey('publishable'), generateApiKey('secret')]);
  return {
    publishableKey: publishable.key,
    secretKey: secret.key,
    jwtSecret: randomBytes(JWT_SECRET_BYTES).toString('base64url'),
  };
}
