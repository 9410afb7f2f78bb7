// deploy/migrate.sh on a real Postgres. It needs psql, which no npm package brings: without one on the PATH these are
// skipped, and say so.

import { execFile, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrationFolder } from '../support/migration-folder.ts';
import { noPostgresHere } from '../support/postgres/binaries.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres/server.ts';

const run = promisify(execFile);
const hasPsql = spawnSync('psql', ['--version']).status === 0;
const skipped = noPostgresHere ?? (hasPsql ? undefined : 'psql is not on the PATH');

describe.skipIf(skipped)(`migrate.sh${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres?.stop());

  const migrate = async (database: string, folder = 'supabase/migrations'): Promise<string> => {
    const { host, port, password } = postgres;
    const env = {
      ...process.env,
      PGHOST: host,
      PGPORT: String(port),
      PGPASSWORD: password,
      PGUSER: 'postgres',
      PGDATABASE: database,
    };
    return (await run('sh', ['deploy/migrate.sh', folder], { env })).stdout;
  };
  const applied = (output: string) => output.match(/^applied /gm)?.length ?? 0;
  const ALL = readdirSync('supabase/migrations').length;

  test('three at once on an empty database all succeed, and apply each migration once', async () => {
    for (const database of ['first', 'second', 'third']) {
      await postgres.createEmptyDatabase(database);
      const outputs = await Promise.all([migrate(database), migrate(database), migrate(database)]);
      expect(outputs.map(applied).reduce((sum, count) => sum + count, 0)).toBe(ALL);
      expect(await migrate(database)).toBe('0 migrations applied.\n');
    }
  });

  test('a migration that fails leaves nothing, and one that changed is refused', async () => {
    await postgres.createEmptyDatabase('broken');
    const good = { '20260101000000_one.sql': 'create table public.one (id int);' };
    const folders = [
      await migrationFolder({ ...good, '20260102000000_two.sql': 'create table public.two (id int); select 1 / 0;' }),
      await migrationFolder({ '20260101000000_one.sql': 'create table public.one (id bigint);' }),
    ];
    try {
      await expect(migrate('broken', folders[0])).rejects.toThrow(/20260102000000_two\.sql failed and was rolled back/);
      const { rows } = await postgres
        .pool('postgres', 1, 'broken')
        .query("select to_regclass('public.one') is not null as one, to_regclass('public.two') is not null as two");
      expect(rows).toEqual([{ one: true, two: false }]);
      await expect(migrate('broken', folders[1])).rejects.toThrow(/changed after it was applied/);
    } finally {
      for (const folder of folders) await rm(folder, { recursive: true });
    }
  });

  test('a database of other migrations is refused before any of ours is applied; one of a newer version is left alone', async () => {
    await postgres.createEmptyDatabase('elsewhere');
    const old = {
      '20260101000000_one.sql': 'create table public.one (id int);',
      '20260102000000_two.sql': 'create table public.two (id int);',
    };
    const { '20260101000000_one.sql': one } = old;
    const folders = [
      await migrationFolder(old),
      await migrationFolder({ '20260101000000_one.sql': one }),
      await migrationFolder({ '20260103000000_all.sql': `${one} create table public.three (id int);` }),
    ];
    try {
      expect(applied(await migrate('elsewhere', folders[0]))).toBe(2);
      expect(await migrate('elsewhere', folders[1])).toBe('0 migrations applied.\n');
      await expect(migrate('elsewhere', folders[2])).rejects.toThrow(
        /was migrated by 20260101000000 and 1 more, which/,
      );
    } finally {
      for (const folder of folders) await rm(folder, { recursive: true });
    }
  });
});
