// The first key of a server: printed once, it opens the API, and it belongs to the tenant that is there.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSupabaseClient } from '../../adapters/supabase/client.ts';
import { apiKeyHash } from '../../adapters/supabase/keys.ts';
import { createRegistry } from '../../adapters/supabase/registry.ts';
import { startTestSupabase, type TestSupabase } from '../support/supabase.ts';

let supabase: TestSupabase;

beforeAll(async () => {
  supabase = await startTestSupabase();
});
afterAll(() => supabase?.stop());

async function createKey(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'api/create-key.ts', ...args], {
    env: {
      PATH: process.env.PATH,
      SUPABASE_URL: supabase.url,
      SUPABASE_SERVICE_ROLE_KEY: supabase.secretKey,
      FAL_KEY: 'not used',
    },
  });
  return stdout.trimEnd();
}

test('a printed key opens the API, and every key is of the one tenant', async () => {
  const keys = [await createKey(), await createKey('build server')];

  const registry = createRegistry(createSupabaseClient({ url: supabase.url, serviceRoleKey: supabase.secretKey }));
  const principals = await Promise.all(keys.map((key) => registry.principal(apiKeyHash(key))));
  const { data: tenants } = await supabase.client.from('tenants').select('id');
  const { data: names } = await supabase.client.from('api_keys').select('name').order('created_at');
  expect(principals.map((principal) => principal?.tenantId)).toEqual([tenants?.[0]?.id, tenants?.[0]?.id]);
  expect(tenants).toHaveLength(1);
  expect(names).toEqual([{ name: 'first key' }, { name: 'build server' }]);
});
