// Supabase inside this process, for one machine: Postgres (PGlite), PostgREST, Auth and Storage by @supabase/lite, with
// the corrections in this folder. Its data survives the death of the process, but not a power cut (PGlite does not sync
// its files). For more, set SUPABASE_URL to a hosted project.

import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { App, setExperimental } from '@supabase/lite';
import type { PgliteConnection } from '@supabase/lite/pglite';
import { openDatabase, prepareRoles } from './database.ts';
import { createGateway } from './gateway.ts';
import type { SupabaseKeys } from './keys.ts';
import { applyMigrations } from './migrations.ts';
import { type ObjectStore, openObjectStore } from './object-store.ts';
import { takeOwnership } from './owner-lock.ts';
import { runInScope } from './request-scope.ts';
import { createSerialQueue } from './serial-queue.ts';
import { createStorageAdapter } from './storage-adapter.ts';

const HOST = '127.0.0.1';
/** For buckets without a limit of their own; the default of a hosted project. */
const FILE_SIZE_LIMIT = '50MiB';
/** How long open requests may take when the server stops. */
const DRAIN_MS = 5_000;

export interface EmbeddedSupabaseOptions extends SupabaseKeys {
  /** The data folder, created when missing: database, files and owner lock. */
  root: string;
  /** The folder with `<14 digits>_<name>.sql`. */
  migrationsDir: string;
  /** 0 takes a free one. */
  port: number;
}

export interface EmbeddedSupabase {
  /** What supabase-js takes as the project's address. */
  url: string;
  /** Ends open requests, closes the database, releases the folder. */
  stop(): Promise<void>;
}

/**
 * Starts Supabase on `root` and 127.0.0.1, with the migrations applied: about 4 s on an empty folder, 1.5 s later.
 * @throws Error when another process owns the folder, a migration fails or the port is taken; nothing is left open.
 */
export async function startEmbeddedSupabase(options: EmbeddedSupabaseOptions): Promise<EmbeddedSupabase> {
  const closers: (() => unknown)[] = [];
  const stop = async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close();
  };
  try {
    const lock = takeOwnership(options.root);
    closers.push(() => lock.release());
    const connection = await openDatabase(join(options.root, 'postgres'));
    closers.push(() => connection.close());
    const store = await openObjectStore(join(options.root, 'storage'));
    const app = createApp(connection, store, options);
    await runInScope({ printed: [] }, () => app.ensureSystemSchema());
    await prepareRoles(connection);
    await applyMigrations(connection, options.migrationsDir);
    await store.keepOnly(await listedObjects(connection));

    const queue = createSerialQueue();
    closers.push(() => queue.run(async () => undefined));
    const gateway = createGateway(app, queue, store);
    const server = createAdaptorServer({ fetch: gateway.fetch, overrideGlobalObjects: false });
    const port = await listen(server, options.port);
    closers.push(() => drain(server));
    return { url: `http://${HOST}:${port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function createApp(connection: PgliteConnection, store: ObjectStore, keys: SupabaseKeys): App {
  setExperimental('storage', true);
  const app = new App({
    connection,
    auth: {
      enabled: true,
      jwt_secret: keys.jwtSecret,
      publishable_key: keys.publishableKey,
      secret_key: keys.secretKey,
    },
    storage: { enabled: true, file_size_limit: FILE_SIZE_LIMIT },
    studio: { enabled: false },
    options: { server: { disableStudio: true } },
  });
  app._storageAdapter = createStorageAdapter(store);
  return app;
}

async function listedObjects(connection: PgliteConnection): Promise<{ bucket: string; key: string }[]> {
  const { rows } = await connection.driver.query<{ bucket: string; key: string }>(
    'select bucket_id as bucket, name as key from storage.objects',
  );
  return rows;
}

function listen(server: ServerType, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`Supabase cannot listen on ${HOST}:${port}: ${error.message}`)));
    server.listen(port, HOST, () => resolve((server.address() as AddressInfo).port));
  });
}

async function drain(server: ServerType): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const cut = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(cut);
}
