-- Gives the roles of PostgREST and Storage a password. Runs once, as superuser, when the database is made.
\set password `echo "$POSTGRES_PASSWORD"`
alter role authenticator with password :'password';
alter role supabase_storage_admin with password :'password';
