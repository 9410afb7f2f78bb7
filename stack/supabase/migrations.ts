// Applies supabase/migrations as `supabase db push` does on a hosted project: in order, each in a transaction,
// recorded in the CLI's own table.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PgliteConnection } from '@supabase/lite/pglite';

const FILE_NAME = /^(\d{14})_(.+)\.sql$/;

interface MigrationFile {
  file: string;
  version: string;
  name: string;
  sql: string;
}

/**
 * Brings the database up to the files of `folder`. Answers the names of the files applied now.
 * @throws Error that names the file: a failing statement (nothing of that file stays), a file that changed after it
 *   was applied, one that is missing, or a name that does not begin with 14 digits.
 */
export async function applyMigrations(connection: PgliteConnection, folder: string): Promise<string[]> {
  const files = await readMigrations(folder);
  const { rows } = await connection.driver.query<{ version: string; statements: string[] | null }>(
    'select version, statements from supabase_migrations.schema_migrations',
  );
  const recorded = new Map(rows.map((row) => [row.version, row.statements]));
  refuseForeignHistory(recorded.keys(), files, folder);

  const applied: string[] = [];
  for (const migration of files) {
    const statements = recorded.get(migration.version);
    if (statements === undefined) {
      await applyOne(connection, migration);
      applied.push(migration.file);
    } else if (statements?.join('\n') !== migration.sql) {
      throw new Error(
        `Migration ${migration.file} changed after it was applied to this database. Restore the file and put the change into a new migration.`,
      );
    }
  }
  return applied;
}

async function applyOne(connection: PgliteConnection, { file, version, name, sql }: MigrationFile): Promise<void> {
  try {
    await connection.driver.transaction(async (transaction) => {
      await transaction.exec(sql);
      await transaction.query(
        'insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)',
        [version, name, [sql]],
      );
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Migration ${file} failed and was rolled back: ${reason}`);
  }
}

async function readMigrations(folder: string): Promise<MigrationFile[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file) => {
      const [, version, name] = FILE_NAME.exec(file) ?? [];
      if (version === undefined || name === undefined) {
        throw new Error(`Migration ${file} in ${folder}: rename it to 14 digits, "_", a name and ".sql".`);
      }
      return { file, version, name, sql: await readFile(join(folder, file), 'utf8') };
    }),
  );
}

function refuseForeignHistory(recorded: Iterable<string>, files: readonly MigrationFile[], folder: string): void {
  const known = new Set(files.map((migration) => migration.version));
  const missing = [...recorded].filter((version) => !known.has(version));
  if (missing.length === 0) return;
  const others = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
  throw new Error(
    `This database was migrated by ${missing[0]}${others}, which ${folder} does not hold. Run the version that made it, or a newer one; or start with another data folder, which begins empty.`,
  );
}
