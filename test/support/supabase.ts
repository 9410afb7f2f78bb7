// A Supabase for one test file: a folder of its own, in this process, on a free port. The first start with a set of
// migrations makes a template folder (initdb takes seconds); every further one copies it.

import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createClient, type SupabaseClient, type WebSocketLikeConstructor } from '@supabase/supabase-js';
import ws from 'ws';
import { startEmbeddedSupabase } from '../../stack/supabase/embedded.ts';
import { generateSupabaseKeys } from '../../stack/supabase/keys.ts';

const MIGRATIONS = 'supabase/migrations';
const TEMPLATES = join(tmpdir(), 'likeness-test-supabase');
const TEMPLATE_LIFETIME_MS = 24 * 60 * 60 * 1_000;

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

/** Starts an empty Supabase with the migrations of `migrationsDir` applied; `stop` removes its folder. */
export async function startTestSupabase(migrationsDir = MIGRATIONS): Promise<TestSupabase> {
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
  await cp(await templateFor(migrationsDir), root, { recursive: true });
  return root;
}

async function templateFor(migrationsDir: string): Promise<string> {
  const template = join(TEMPLATES, await fingerprint(migrationsDir));
  if (await exists(template)) return template;
  await removeOldTemplates();
  const draft = `${template}.${randomUUID()}`;
  const supabase = await startEmbeddedSupabase({
    root: draft,
    migrationsDir,
    port: 0,
    ...(await generateSupabaseKeys()),
  });
  await supabase.stop();
  try {
    await rename(draft, template);
  } catch {
    // Another test run was faster; its template is as good.
    await rm(draft, { recursive: true, force: true });
  }
  return template;
}

/** Changes with whatever shapes an empty database: the migrations, what runs before them, and the libraries. */
async function fingerprint(migrationsDir: string): Promise<string> {
  const hash = createHash('sha256');
  const migrations = (await readdir(migrationsDir)).sort().map((file) => join(migrationsDir, file));
  for (const file of [...migrations, 'stack/supabase/database.ts', 'package-lock.json']) {
    hash.update(basename(file)).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

async function removeOldTemplates(): Promise<void> {
  await mkdir(TEMPLATES, { recursive: true });
  for (const name of await readdir(TEMPLATES)) {
    const template = join(TEMPLATES, name);
    const { mtimeMs } = await stat(template);
    if (Date.now() - mtimeMs > TEMPLATE_LIFETIME_MS) await rm(template, { recursive: true, force: true });
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
