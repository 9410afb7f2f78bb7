// `npm run keys -- create | list | revoke`: API keys, for operators. A new key is printed once, alone on standard
// output, so that a script can store it; messages go to standard error.

import { parseArgs } from 'node:util';
import type { Supabase } from '../adapters/supabase/client.ts';
import { createApiKey, firstTenant, listApiKeys, revokeApiKey } from '../adapters/supabase/keys.ts';
import { DEFAULT_KEY_SCOPES, SCOPES } from '../domain/scopes.ts';
import { openKeyDatabase } from './keys/key-database.ts';
import { keyTable } from './keys/key-table.ts';
import { readExpiry, readScopes } from './keys/read-options.ts';

const USAGE = `Usage:
  npm run keys -- create --name NAME [--scopes A,B] [--expires 90d] [--tenant ID]
  npm run keys -- list [--tenant ID]
  npm run keys -- revoke ID|PREFIX

Scopes: ${SCOPES.join(', ')}. Without --scopes: ${DEFAULT_KEY_SCOPES.join(',')}.
Without --tenant, create uses the oldest tenant and makes one when there is none; list shows the keys of all tenants.
Without SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY, it uses the database of the stack that \`npm start\` runs here.`;

/** lk_<prefix>_<secret>, its prefix alone, or its id. */
const WHICH = /^(?:lk_)?([0-9a-f]{8})(?:_.*)?$/;

const options = {
  name: { type: 'string' },
  scopes: { type: 'string' },
  expires: { type: 'string' },
  tenant: { type: 'string' },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [command, which, ...rest] = positionals;
  const one = which !== undefined && rest.length === 0;
  if (command === 'create' && values.name && which === undefined) return create(values.name, values);
  if (command === 'list' && which === undefined) return list(openKeyDatabase(process.env), values.tenant);
  if (command === 'revoke' && one) return revoke(openKeyDatabase(process.env), which);
  throw new Error(USAGE);
}

type Values = { scopes?: string | undefined; expires?: string | undefined; tenant?: string | undefined };

async function create(name: string, values: Values): Promise<void> {
  const scopes = readScopes(values.scopes);
  const expiresAt = readExpiry(values.expires, Date.now());
  const database = openKeyDatabase(process.env);
  const tenantId = values.tenant ?? (await firstTenant(database));
  const { key, keyId } = await createApiKey(database, { tenantId, name, scopes, expiresAt });
  process.stdout.write(`${key}\n`);
  say(`Key ${keyId} of tenant ${tenantId}: ${scopes.join(', ')}; ${expiresAt ? `until ${expiresAt}` : 'no expiry'}.`);
  say('Keep it: it is stored only as a hash and is not shown again.');
}

async function list(database: Supabase, tenant: string | undefined): Promise<void> {
  process.stdout.write(`${keyTable(await listApiKeys(database, tenant), Date.now())}\n`);
}

async function revoke(database: Supabase, which: string): Promise<void> {
  const prefix = WHICH.exec(which)?.[1];
  const keys = await listApiKeys(database);
  const found = keys.filter(
    (key) => (key.keyId === which.toLowerCase() || key.prefix === prefix) && key.revokedAt === undefined,
  );
  const [key, ...others] = found;
  if (!key) throw new Error(`No active key has this id or prefix. See: npm run keys -- list`);
  if (others.length > 0)
    throw new Error(`${found.length} keys have this prefix. Name one by its id:\n${keyIds(found)}`);
  await revokeApiKey(database, key.keyId);
  say(`Revoked "${key.name}" (${key.keyId}). It no longer gives access to anything.`);
}

const keyIds = (keys: readonly { keyId: string; name: string }[]): string =>
  keys.map(({ keyId, name }) => `  ${keyId}  ${name}`).join('\n');

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
