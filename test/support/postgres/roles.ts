// What a database of Supabase has before our migrations run.
// Source: supabase/postgres, migrations/db/init-scripts/00000000000000-initial-schema.sql, …02-storage-schema.sql and
// …10000000000000_demote-postgres.sql; of the storage service only the table that our migrations write into.

/** Run by the superuser, once a cluster. */
export const ROLES_SQL = `
create role postgres login createdb createrole replication bypassrls;
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator login noinherit;
grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to postgres;
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
`;

/** Run by the superuser in a new database that `postgres` owns. */
export const DATABASE_SQL = `
grant all on schema public to postgres;
grant usage on schema public to anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on sequences to postgres, anon, authenticated, service_role;
create schema storage authorization postgres;
grant usage on schema storage to anon, authenticated, service_role;
create table storage.buckets (
  id text primary key,
  name text not null,
  public boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[]
);
alter table storage.buckets owner to postgres;
`;
