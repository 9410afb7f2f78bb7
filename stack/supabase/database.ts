// The database of the embedded stack: Postgres as PGlite in a folder, with Supabase's roles and grants in it.

import { createPgliteConnection, type PgliteConnection } from '@supabase/lite/pglite';
import { joinSessionSettings } from './session-settings.ts';

// Postgres type ids (pg_type.oid): PGlite would hand these out in Postgres's own notation.
const TIMESTAMPTZ = 1184;
const TIMESTAMP = 1114;

/** Opens the database in `folder`, created when missing (the first time takes seconds: initdb). */
export async function openDatabase(folder: string): Promise<PgliteConnection> {
  const connection = await createPgliteConnection({
    url: folder,
    pgliteOptions: { parsers: { [TIMESTAMPTZ]: toIsoTime, [TIMESTAMP]: toIsoTime } },
  });
  await connection.driver.waitReady;
  return connection;
}

/** "2026-01-02 03:04:05.6+00" → "2026-01-02T03:04:05.6+00:00", as PostgREST answers. */
function toIsoTime(value: string): string {
  return value.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');
}

/**
 * Creates Supabase's roles with the grants of a hosted project: wide open in `public`, where row level security is
 * what protects, and changed by a migration's own `revoke` and `grant`. Runs after lite made its schemas and before
 * our migrations.
 */
export async function prepareRoles(connection: PgliteConnection): Promise<void> {
  await connection.driver.exec(ROLES_SQL);
  // At the first request lite grants everything on every schema again, which would undo our migrations' revokes.
  Object.defineProperty(connection, 'ensureRlsContext', { value: async () => true });
  joinSessionSettings(connection);
}

const API_ROLES = 'anon, authenticated, service_role';

// Source: supabase/postgres, migrations/db/init-scripts/00000000000000-initial-schema.sql and …02-storage-schema.sql.
const ROLES_SQL = `
do $$ begin
  if not exists (select from pg_roles where rolname = 'anon') then create role anon nologin; end if;
  if not exists (select from pg_roles where rolname = 'authenticated') then create role authenticated nologin; end if;
  if not exists (select from pg_roles where rolname = 'service_role') then
    create role service_role nologin bypassrls;
  end if;
end $$;
grant usage on schema public, auth, storage to ${API_ROLES};
alter default privileges in schema public grant all on tables to ${API_ROLES};
alter default privileges in schema public grant all on sequences to ${API_ROLES};
alter default privileges in schema public grant all on functions to ${API_ROLES};
grant all on all tables in schema storage to ${API_ROLES};
`;
