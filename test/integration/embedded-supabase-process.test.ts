// The embedded Supabase as a process of its own: who owns the folder, and what survives a kill.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startEmbeddedSupabase } from '../../stack/supabase/embedded.ts';
import { generateSupabaseKeys, type SupabaseKeys } from '../../stack/supabase/keys.ts';
import { migrationFolder } from '../support/migration-folder.ts';
import { newDataFolder, testClient } from '../support/supabase.ts';

const SCHEMA = `
create table public.notes (id int primary key, text text not null check (char_length(text) < 20));
alter table public.notes enable row level security;
insert into storage.buckets (id, name, public) values ('files', 'files', false) on conflict (id) do nothing;
`;
const WRITES_BEFORE_KILL = 40;
const FIRST = '20260101000000_notes.sql';

let keys: SupabaseKeys;
let migrationsDir: string;
let root: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  keys = await generateSupabaseKeys();
});
beforeEach(async () => {
  migrationsDir = await migrationFolder({ [FIRST]: SCHEMA });
  root = await newDataFolder(migrationsDir);
});
afterEach(async () => {
  await rm(migrationsDir, { recursive: true, force: true });
  await rm(root, { recursive: true, force: true });
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** Forks main.ts on `root`; `url` resolves when it is ready and rejects with its stderr when it ends before. */
function forkSupabase(): { child: ChildProcess; url: Promise<string>; stderr: () => string } {
  const child = fork('stack/supabase/main.ts', ['--root', root, '--migrations', migrationsDir, '--port', '0'], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      ...process.env,
      SUPABASE_PUBLISHABLE_KEY: keys.publishableKey,
      SUPABASE_SECRET_KEY: keys.secretKey,
      SUPABASE_JWT_SECRET: keys.jwtSecret,
    },
  });
  children.push(child);
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const url = new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { url: string }).url));
    child.once('close', () => reject(new Error(stderr)));
  });
  return { child, url, stderr: () => stderr };
}

async function kill(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

test('a second process on the same folder is refused and told the pid of the first', async () => {
  const first = forkSupabase();
  await first.url;
  await expect(forkSupabase().url).rejects.toThrow(`in use by process ${first.child.pid}`);
  await expect(startEmbeddedSupabase({ root, migrationsDir, port: 0, ...keys })).rejects.toThrow('in use by process');

  const closed = once(first.child, 'close');
  first.child.kill('SIGTERM');
  expect(await closed).toEqual([0, null]);
  const next = await startEmbeddedSupabase({ root, migrationsDir, port: 0, ...keys });
  await expect(startEmbeddedSupabase({ root, migrationsDir, port: 0, ...keys })).rejects.toThrow(`${process.pid}`);
  await next.stop();
});

test('kill -9 in the middle of writes loses no acknowledged row or file and leaves no half one', async () => {
  const acknowledged = { rows: new Set<number>(), files: new Set<string>() };
  const bodyOf = (key: string) => Buffer.alloc(200_000, key);
  for (const round of [1, 2, 3]) {
    const { child, url } = forkSupabase();
    const client = testClient(await url, keys.secretKey);
    let running = true;
    let answered = 0;
    let enough = () => {};
    const killTime = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const count = () => ++answered === WRITES_BEFORE_KILL && enough();
    let next = round * 1_000;
    const writeRows = async () => {
      while (running) {
        const id = next++;
        const { error } = await client.from('notes').insert({ id, text: `note ${id}` });
        if (error) continue;
        acknowledged.rows.add(id);
        count();
      }
    };
    const writeFiles = async () => {
      while (running) {
        const key = `round-${round}/${next++}.bin`;
        const { error } = await client.storage.from('files').upload(key, bodyOf(key), { contentType: 'a/b' });
        if (error) continue;
        acknowledged.files.add(key);
        count();
      }
    };
    const writers = [writeRows(), writeRows(), writeFiles(), writeFiles()];
    await killTime;
    await kill(child);
    running = false;
    await Promise.all(writers);
  }

  const last = await startEmbeddedSupabase({ root, migrationsDir, port: 0, ...keys });
  const client = testClient(last.url, keys.secretKey);
  const { data } = await client.from('notes').select('id').throwOnError();
  const stored = new Set(data.map((row) => row.id));
  expect([...acknowledged.rows].filter((id) => !stored.has(id))).toEqual([]);

  const bucket = client.storage.from('files');
  const listed = await Promise.all(['round-1', 'round-2', 'round-3'].map((folder) => filesIn(folder)));
  const keysThere = new Set(listed.flat());
  expect([...acknowledged.files].filter((key) => !keysThere.has(key))).toEqual([]);
  for (const key of keysThere) {
    const { data: file } = await bucket.download(key);
    expect(file && Buffer.from(await file.arrayBuffer()).equals(bodyOf(key)), key).toBe(true);
  }
  await last.stop();

  async function filesIn(folder: string): Promise<string[]> {
    const { data: files } = await bucket.list(folder, { limit: 1_000 });
    return files?.map(({ name }) => `${folder}/${name}`) ?? [];
  }
});

test('errors of the database reach stderr without the values of the statement', async () => {
  const { child, url, stderr } = forkSupabase();
  const client = testClient(await url, keys.secretKey);
  const refused = await client.from('notes').insert({ id: 1, text: 'Mara Lindqvist of Uppsala' });
  expect(refused.error?.code).toBe('23514');
  expect(refused.error?.details).toContain('Mara Lindqvist');
  await client.from('notes').select('text->>0').eq('text', 'Mara Lindqvist');
  await kill(child);
  expect(stderr()).not.toContain('Mara');
});

test('a process whose parent goes away ends too', async () => {
  const { child, url } = forkSupabase();
  await url;
  const ended = once(child, 'exit');
  child.disconnect();
  expect(await ended).toEqual([0, null]);
});

test('migrations are applied once; one that fails, changed or vanished stops the start and says which', async () => {
  const start = () => startEmbeddedSupabase({ root, migrationsDir, port: 0, ...keys });
  const second = '20260102000000_more.sql';
  await (await start()).stop();
  await writeFile(join(migrationsDir, second), "insert into public.notes values (7, 'x'); select 1 / 0;");
  await expect(start()).rejects.toThrow(`${second} failed and was rolled back: division by zero`);

  await writeFile(join(migrationsDir, second), "insert into public.notes values (7, 'x');");
  const supabase = await start();
  const { data } = await testClient(supabase.url, keys.secretKey).from('notes').select('id').throwOnError();
  expect(data).toEqual([{ id: 7 }]);
  await supabase.stop();

  await writeFile(join(migrationsDir, FIRST), `${await readFile(join(migrationsDir, FIRST), 'utf8')}-- later thought`);
  await expect(start()).rejects.toThrow(`${FIRST} changed after it was applied`);
  await writeFile(join(migrationsDir, FIRST), SCHEMA);
  await rm(join(migrationsDir, second));
  await expect(start()).rejects.toThrow(/migrated by 20260102000000, which .+ start with another data folder/);
  await writeFile(join(migrationsDir, '2026_short.sql'), '');
  await expect(start()).rejects.toThrow('rename it to 14 digits');
});
