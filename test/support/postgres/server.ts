// A real Postgres for one test file: a server of its own on a free port of this machine, with Supabase's roles and our
// migrations. The embedded database has one connection, so locks and deadlocks can only be seen here.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { fingerprintOf, migrationFiles, templateFolder } from '../template-folder.ts';
import { unpackPostgres } from './binaries.ts';
import { DATABASE_SQL, ROLES_SQL } from './roles.ts';

const MIGRATIONS = 'supabase/migrations';
const TEMPLATES = join(tmpdir(), 'likeness-test-postgres');
const HOST = '127.0.0.1';
const SUPERUSER = 'supabase_admin';
const DATABASE = 'postgres';
/** Postgres refuses to run as root. nobody, on Debian, Fedora, Alpine and macOS's Linux containers alike. */
const NOBODY = 65_534;
const START_MS = 60_000;
/** Nothing here has to survive a power cut, and no password is worth guessing. */
const SETTINGS = {
  fsync: 'off',
  scram_iterations: '1',
  max_connections: '120',
  shared_buffers: '128MB',
  unix_socket_directories: '',
};

const runFile = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const asWhom = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

/** `postgres` owns the tables and is no superuser; `authenticator` is PostgREST's, with time-outs of 8 s. */
export type PostgresRole = 'supabase_admin' | 'postgres' | 'authenticator';

export interface TestPostgres {
  host: string;
  port: number;
  password: string;
  /** A pool of at most `max` connections, closed by `stop`. */
  pool(role: PostgresRole, max: number, database?: string): pg.Pool;
  /** How many deadlocks the server has resolved since it was started. */
  deadlocks(): Promise<number>;
  /** A database without our migrations, as a new project has it. */
  createEmptyDatabase(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts an empty database with all migrations; the first time on a machine takes some seconds more. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const template = await postgresTemplate();
  const root = await mkdtemp(join(tmpdir(), 'likeness-postgres-'));
  const data = join(root, 'data');
  await cp(join(template, 'data'), data, { recursive: true });
  if (isRoot) await giveAway(root);
  await chmod(data, 0o700);
  const password = await readFile(join(template, 'password'), 'utf8');
  const server = await startServer(join(template, 'native'), data, password);
  return {
    ...server,
    async deadlocks() {
      // A connection tells its statistics at the latest a second after its last transaction.
      await sleep(1_500);
      const pool = server.pool(SUPERUSER, 1);
      const { rows } = await pool.query<{ sum: string }>('select sum(deadlocks) as sum from pg_stat_database');
      return Number(rows[0]?.sum);
    },
    createEmptyDatabase: (name) => createDatabase(server, name),
    async stop() {
      await server.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

type Server = Pick<TestPostgres, 'host' | 'port' | 'password' | 'pool' | 'stop'>;

async function startServer(native: string, data: string, password: string): Promise<Server> {
  const port = await freePort();
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(
    join(native, 'bin', 'postgres'),
    ['-D', data, '-p', String(port), '-c', `listen_addresses=${HOST}`, ...settings],
    { ...asWhom, cwd: data, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (text) => {
    log = (log + text).slice(-4000);
  });
  // SIGQUIT: at once. Whatever happens to the tests, no server stays behind.
  const quit = () => void child.kill('SIGQUIT');
  process.once('exit', quit);
  const pools: pg.Pool[] = [];
  const server: Server = {
    host: HOST,
    port,
    password,
    pool(role, max, database = DATABASE) {
      const pool = new pg.Pool({ host: HOST, port, user: role, password, database, max });
      // An idle connection that the server closes is news to nobody here.
      pool.on('error', () => undefined);
      pools.push(pool);
      return pool;
    },
    async stop() {
      process.removeListener('exit', quit);
      await Promise.all(pools.map((pool) => (pool.ended ? undefined : pool.end())));
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGINT');
      await gone;
    },
  };
  await untilItAnswers(server, child, () => log);
  return server;
}

async function untilItAnswers(server: Server, child: ChildProcess, log: () => string): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`Postgres has ended: ${log()}`);
    const client = new pg.Client({ ...server, user: SUPERUSER, database: 'template1' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`Postgres does not answer: ${log()}`, { cause: error });
      await sleep(50);
    }
  }
}

/** {native, data, password}: the programs, and a cluster with roles and migrations that no server runs on. */
async function postgresTemplate(): Promise<string> {
  const own = join(import.meta.dirname, '.');
  const code = (await readdir(own)).sort().map((file) => join(own, file));
  const shapes = [...(await migrationFiles(MIGRATIONS)), ...code, 'package-lock.json'];
  return templateFolder(TEMPLATES, await fingerprintOf(shapes), makeTemplate);
}

async function makeTemplate(draft: string): Promise<void> {
  const [native, data, passwordFile] = [join(draft, 'native'), join(draft, 'data'), join(draft, 'password')];
  await mkdir(data, { recursive: true });
  await unpackPostgres(native);
  const password = randomBytes(18).toString('base64url');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (isRoot) await giveAway(draft);
  const options = ['-D', data, '-U', SUPERUSER, '--auth=scram-sha-256', '--pwfile', passwordFile];
  await runFile(join(native, 'bin', 'initdb'), [...options, '--encoding=UTF8', '--locale=C'], {
    ...asWhom,
    cwd: draft,
  });
  const server = await startServer(native, data, password);
  try {
    await server.pool(SUPERUSER, 1, 'template1').query('drop database postgres');
    await server.pool(SUPERUSER, 1, 'template1').query(ROLES_SQL);
    for (const role of [SUPERUSER, 'postgres', 'authenticator']) {
      await server.pool(SUPERUSER, 1, 'template1').query(`alter role ${role} password '${password}'`);
    }
    await createDatabase(server, DATABASE);
    await migrate(server);
  } finally {
    await server.stop();
  }
}

async function createDatabase(server: Server, name: string): Promise<void> {
  await server.pool(SUPERUSER, 1, 'template1').query(`create database ${name} owner postgres template template0`);
  await server.pool(SUPERUSER, 1, name).query(DATABASE_SQL);
}

async function migrate(server: Server): Promise<void> {
  const pool = server.pool('postgres', 1);
  for (const file of await migrationFiles(MIGRATIONS)) {
    // Several statements in one query are one transaction.
    await pool.query(await readFile(file, 'utf8')).catch((cause: unknown) => {
      throw new Error(`Migration ${basename(file)} failed on Postgres.`, { cause });
    });
  }
}

async function giveAway(path: string): Promise<void> {
  const below = await readdir(path, { recursive: true, withFileTypes: true });
  await chown(path, NOBODY, NOBODY);
  for (const entry of below) {
    if (!entry.isSymbolicLink()) await chown(join(entry.parentPath, entry.name), NOBODY, NOBODY);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('No port is free.');
  return address.port;
}
