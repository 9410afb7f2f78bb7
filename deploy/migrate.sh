#!/bin/sh
# Applies /migrations as `supabase db push` does: in order, each in a transaction, recorded in the CLI's own table.
# psql finds the database by PGHOST, PGUSER, PGDATABASE and PGPASSWORD. Safe to run again.
set -eu

folder=${1:-/migrations}

query() {
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 "$@"
}

query <<'SQL'
set client_min_messages = warning;
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (
  version text primary key,
  statements text[],
  name text
);
SQL

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

  # What the CLI recorded is split into statements and can't be compared; what we recorded is the whole file.
  state=$(query --tuples-only --no-align --set version="$version" <<'SQL'
\set content `cat "$MIGRATION"`
select case when cardinality(statements) = 1 and statements[1] <> :'content' then 'changed' else 'applied' end
  from supabase_migrations.schema_migrations where version = :'version';
SQL
  )
  case "$state" in
    applied) continue ;;
    changed)
      echo "Migration $file changed after it was applied to this database." \
        "Restore the file and put the change into a new migration." >&2
      exit 1
      ;;
  esac

  if ! query --single-transaction --set version="$version" --set name="${base#*_}" --file "$file" --file - <<'SQL'
\set content `cat "$MIGRATION"`
insert into supabase_migrations.schema_migrations (version, name, statements)
  values (:'version', :'name', array[:'content']);
SQL
  then
    echo "Migration $file failed and was rolled back." >&2
    exit 1
  fi
  echo "applied $base"
  applied=$((applied + 1))
done

if [ "$applied" -gt 0 ]; then
  # PostgREST keeps the schema in memory.
  query --command "notify pgrst, 'reload schema'"
fi
echo "$applied migrations applied."
