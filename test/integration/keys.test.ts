// `npm run keys` against a real database: what it prints opens the API, within its scopes and its time, until revoked.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiKeyHash } from '../../adapters/supabase/keys.ts';
import { createTables, type Tables } from '../../adapters/supabase/tables.ts';
import { runNode } from '../support/run-node.ts';
import { databaseOf, startTestSupabase, type TestSupabase } from '../support/supabase.ts';

let supabase: TestSupabase;
let tables: Tables;
let folder: string;

beforeAll(async () => {
  supabase = await startTestSupabase();
  tables = createTables(databaseOf(supabase));
  folder = await mkdtemp(join(tmpdir(), 'likeness-keys-'));
});
afterAll(async () => {
  await supabase?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function keys(args: string[], env?: NodeJS.ProcessEnv): Promise<string> {
  const database = { SUPABASE_URL: supabase.url, SUPABASE_SERVICE_ROLE_KEY: supabase.secretKey };
  const ran = await runNode(['api/keys-cli.ts', ...args], { PATH: process.env.PATH, ...(env ?? database) });
  if (ran.status !== 0) throw ran;
  return ran.stdout.trimEnd();
}

const principal = (key: string) => tables.keys.principal(apiKeyHash(key));

test('a printed key opens the API within its scopes, and every key is of the one tenant', async () => {
  const first = await keys(['create', '--name', 'my app']);
  const second = await keys(['create', '--name', 'reviewer', '--scopes', 'identities,approve', '--expires', '12h']);
  expect(await principal(first)).toMatchObject({ scopes: ['characters', 'identities', 'approve', 'stills', 'ledger'] });
  expect(await principal(second)).toMatchObject({ scopes: ['identities', 'approve'] });

  const { data: tenants } = await supabase.client.from('tenants').select('id');
  expect(tenants).toHaveLength(1);
  expect(await principal(second)).toMatchObject({ kind: 'key', tenantId: tenants?.[0]?.id });
  const { data: rows } = await supabase.client.from('api_keys').select();
  for (const secret of [first, second]) expect(JSON.stringify(rows)).not.toContain(secret.slice(12));
});

test('a key stops at its time, and at once when it is revoked, by prefix or by id', async () => {
  const [one, two, three] = [
    await keys(['create', '--name', 'one', '--expires', '1h']),
    await keys(['create', '--name', 'two']),
    await keys(['create', '--name', 'three']),
  ];
  await supabase.client.from('api_keys').update({ expires_at: '2026-01-01T00:00:00Z' }).eq('name', 'one');
  expect(await principal(one)).toBeUndefined();

  await keys(['revoke', two.slice(3, 11)]);
  expect(await principal(two)).toBeUndefined();
  const known = await principal(three);
  await keys(['revoke', known?.kind === 'key' ? known.keyId : '']);
  expect(await principal(three)).toBeUndefined();
  await expect(keys(['revoke', two.slice(3, 11)])).rejects.toMatchObject({
    stderr: expect.stringContaining('No active key'),
  });
});

test('the list shows names, prefixes and last use, and no secret', async () => {
  const key = await keys(['create', '--name', 'seldom used']);
  const line = async () => (await keys(['list'])).split('\n').find((row) => row.endsWith('seldom used')) ?? '';
  expect(await line()).toMatch(new RegExp(`^${key.slice(3, 11)} +valid +\\S+ +- +-`));
  await principal(key);
  await expect.poll(line).toMatch(/ 20\d\d-\d\d-\d\d \d\d:\d\d /);
  expect(await line()).not.toContain(key.slice(12));
});

test('without an address the database of the stack on this machine is used', async () => {
  await writeFile(join(folder, 'supabase-keys.json'), JSON.stringify({ secretKey: supabase.secretKey }));
  const env = { LIKENESS_DATA: folder, LIKENESS_SUPABASE_PORT: new URL(supabase.url).port };
  expect(await principal(await keys(['create', '--name', 'here'], env))).toBeDefined();
  await rm(join(folder, 'supabase-keys.json'));
  await expect(keys(['list'], env)).rejects.toMatchObject({ stderr: expect.stringContaining('npm start') });
});

test('what it does not understand is answered with how to use it', async () => {
  for (const args of [[], ['create'], ['revoke'], ['forge']]) {
    await expect(keys(args)).rejects.toMatchObject({ status: 1, stderr: expect.stringContaining('Usage') });
  }
});
