// A Supabase for one test file: a folder of its own, in this process, on a free port. The first start with a set of
// migrations makes a template folder (initdb takes seconds); every further one copies it.

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type SupabaseClient, type WebSocketLikeConstructor } from '@supabase/supabase-js';
import ws from 'ws';
import { createSupabaseClient, type Supabase } from '../../adapters/supabase/client.ts';
import { startEmbeddedSupabase } from '../../stack/supabase/embedded.ts';
import { generateSupabaseKeys } from '../../stack/supabase/keys.ts';
import { fingerprintOf, migrationFiles, templateFolder } from './template-folder.ts';

const MIGRATIONS = 'supabase/migrations';
const TEMPLATES = join(tmpdir(), 'likeness-test-supabase');

export interface TestSupabase {
  url: string;
  secretKey: string;
  publishableKey: string;
  /** Signs the sessions of users. */
  jwtSecret: string;
  /** With the secret key: the role service_role. */
  client: SupabaseClient;
  stop(): Promise<void>;
}

/**
 * Names a Supabase that is there already: tests then share it instead of starting their own, and so may run on a hosted
 * one, or on a real Postgres. Tests of files need its storage.
 */
const SHARED = {
  url: 'LIKENESS_TEST_SUPABASE_URL',
  secretKey: 'LIKENESS_TEST_SUPABASE_SECRET_KEY',
  publishableKey: 'LIKENESS_TEST_SUPABASE_PUBLISHABLE_KEY',
  jwtSecret: 'LIKENESS_TEST_SUPABASE_JWT_SECRET',
} as const;

/** Has every `startTestSupabase` of this process answer this one. */
export function shareSupabase(shared: Pick<TestSupabase, keyof typeof SHARED>): void {
  for (const [name, variable] of Object.entries(SHARED)) process.env[variable] = shared[name as keyof typeof SHARED];
}

/** Whether others write into the same database. */
export const isShared = (): boolean => Boolean(process.env[SHARED.url]);

/** Starts an empty Supabase with the migrations of `migrationsDir` applied; `stop` removes its folder. */
export async function startTestSupabase(migrationsDir = MIGRATIONS): Promise<TestSupabase> {
  if (isShared()) return sharedSupabase();
  const keys = await generateSupabaseKeys();
  const root = await newDataFolder(migrationsDir);
  const supabase = await startEmbeddedSupabase({ root, migrationsDir, port: 0, ...keys });
  return {
    url: supabase.url,
    secretKey: keys.secretKey,
    publishableKey: keys.publishableKey,
    jwtSecret: keys.jwtSecret,
    client: testClient(supabase.url, keys.secretKey),
    async stop() {
      await supabase.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function sharedSupabase(): TestSupabase {
  const { url, secretKey, publishableKey, jwtSecret } = SHARED;
  const read = (variable: string) => process.env[variable] ?? '';
  const shared = { url: read(url), secretKey: read(secretKey) };
  return {
    ...shared,
    publishableKey: read(publishableKey),
    jwtSecret: read(jwtSecret),
    client: testClient(shared.url, shared.secretKey),
    stop: async () => undefined,
  };
}

/** A query in an embedded database that is new, with others beside it on a busy machine. Milliseconds. */
const PATIENCE_MS = 2 * 60_000;

/** The client of our adapters, with the role service_role. It waits longer than theirs, as a busy machine may need. */
export function databaseOf({ url, secretKey }: Pick<TestSupabase, 'url' | 'secretKey'>): Supabase {
  return createSupabaseClient({ url, serviceRoleKey: secretKey, queryTimeoutMs: PATIENCE_MS });
}

/** A plain supabase-js client, without the types of our tables; with a token, of whoever signed in with it. */
export function testClient(url: string, key: string, token?: string): SupabaseClient {
  return createClient(url, key, {
    ...(token === undefined ? {} : { accessToken: async () => token }),
    auth: { persistSession: false, autoRefreshToken: false },
    // Node 20 has no WebSocket; that of ws fits, but its types name its own Event and not the DOM's.
    realtime: { transport: ws as unknown as WebSocketLikeConstructor },
  });
}

/** A data folder as a first start with `migrationsDir` leaves it. The caller removes it. */
export async function newDataFolder(migrationsDir: string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'likeness-supabase-'));
  await cp(await emptyDatabase(migrationsDir), root, { recursive: true });
  return root;
}

/** The folder to copy: as a first start with `migrationsDir` leaves it. */
export async function emptyDatabase(migrationsDir = MIGRATIONS): Promise<string> {
  // Whatever shapes an empty database: the migrations, what runs before them, and the libraries.
  const shapes = [...(await migrationFiles(migrationsDir)), 'stack/supabase/database.ts', 'package-lock.json'];
  return templateFolder(TEMPLATES, await fingerprintOf(shapes), async (draft) => {
    const keys = await generateSupabaseKeys();
    const supabase = await startEmbeddedSupabase({ root: draft, migrationsDir, port: 0, ...keys });
    await supabase.stop();
  });
}
