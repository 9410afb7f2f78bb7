// The first tenant and key of a fresh stack.

import type { Supabase } from '../adapters/supabase/client.ts';
import { createApiKey, firstTenant } from '../adapters/supabase/keys.ts';
import { SCOPES } from '../domain/scopes.ts';

/** The name of keys that end with a demo and are never shown. */
const DEMO = 'demo';
/** The name of keys in the link to the console: each start of the stack makes one, for a day. */
const CONSOLE = 'console';
const CONSOLE_KEY_MS = 12 * 60 * 60 * 1000;

/** A key of the first start, to be shown once; undefined when there are keys already. */
export async function firstKey(database: Supabase): Promise<string | undefined> {
  const { count, error } = await database
    .from('api_keys')
    .select('id', { count: 'exact', head: true })
    .not('name', 'in', `(${DEMO},${CONSOLE})`);
  if (error) throw new Error(`The keys could not be counted: ${error.message}`);
  if (count) return undefined;
  return newKey(database, 'first key');
}

/** A key of its own for one demo, under the first tenant. */
export async function demoKey(database: Supabase): Promise<string> {
  return newKey(database, DEMO);
}

/**
 * The address of the console with a key in the fragment, which a browser sends to no server, and which the console
 * removes at once. Only for an address of this machine.
 */
export async function consoleLink(database: Supabase, apiUrl: string): Promise<string> {
  const expiresAt = new Date(Date.now() + CONSOLE_KEY_MS).toISOString();
  return `${apiUrl}/#key=${await newKey(database, CONSOLE, expiresAt)}`;
}

/** The user who starts a stack on this machine may do everything in it. */
async function newKey(database: Supabase, name: string, expiresAt?: string): Promise<string> {
  const grant = { tenantId: await firstTenant(database), name, scopes: SCOPES, expiresAt };
  return (await createApiKey(database, grant)).key;
}
