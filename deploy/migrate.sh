#!/bin/sh
# Applies /migrations as `supabase db push` does: in order, each in a transaction, recorded in the CLI's own table.
# psql finds the database by PGHOST, PGUSER, PGDATABASE and PGPASSWORD. Safe to run again.
set -eu

folder=${1:-/migrations}

query() {
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 "$@"
}

# Two that run at once take turns, a file at a time: "create … if not exists" is no lock, and neither is a look at the table.
lock="select pg_advisory_xact_lock(hashtext('supabase_migrations'));"

query --single-transaction --output /dev/null --command "$lock" --file - <<'SQL'
set client_min_messages = warning;
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (
  version text primary key,
  statements text[],
  name text
);
SQL

# What another version recorded can't be brought up to this one. An older version on a newer database has nothing to apply.
foreign=$(query --tuples-only --no-align --set versions="$(ls "$folder" | cut -c 1-14)" --file - <<'SQL'
with ours as (select unnest(string_to_array(:'versions', E'\n')) as version),
  recorded as (select version from supabase_migrations.schema_migrations)
select min(version) || case when count(*) > 1 then ' and ' || count(*) - 1 || ' more' else '' end from recorded
where version not in (table ours) and exists (select from ours where version not in (table recorded));
SQL
)
if [ -n "$foreign" ]; then
  echo "This database was migrated by $foreign, which $folder does not hold." \
    "Run the version that made it, or start with an empty database." >&2
  exit 1
fi

applied=0
for file in "$folder"/*.sql; do
  base=$(basename "$file" .sql)
  case "$base" in
    [0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]_?*) ;;
    *)
      echo "Migration $file: rename it to 14 digits, \"_\", a name and \".sql\"." >&2
      exit 1
      ;;
  esac
  version=${base%%_*}
  export MIGRATION="$file"

  # Under the lock: looked at, and applied where it is new. What the CLI recorded is split into statements and can't be
  # compared; what we recorded is the whole file.
  if ! state=$(query --single-transaction --tuples-only --no-align \
    --set version="$version" --set name="${base#*_}" --set lock="$lock" --set file="$file" --file - <<'SQL'
\set content `cat "$MIGRATION"`
\o /dev/null
:lock
select coalesce(max(case when cardinality(statements) = 1 and statements[1] <> :'content' then 'changed' else 'applied' end), 'new')
    as state, count(*) = 0 as is_new
  from supabase_migrations.schema_migrations where version = :'version' \gset
\if :is_new
\i :file
insert into supabase_migrations.schema_migrations (version, name, statements)
  values (:'version', :'name', array[:'content']);
\endif
\o
\echo :state
SQL
  ); then
    echo "Migration $file failed and was rolled back." >&2
    exit 1
  fi
  case "$state" in
    applied) continue ;;
    changed)
      echo "Migration $file changed after it was applied to this database." \
        "Restore the file and put the change into a new migration." >&2
      exit 1
      ;;
  esac

  echo "applied $base"
  applied=$((applied + 1))
done

if [ "$applied" -gt 0 ]; then
  # PostgREST keeps the schema in memory.
  query --command "notify pgrst, 'reload schema'"
fi
echo "$applied migrations applied."
