-- Tenants, their API keys and their settings.
--
-- In every file of this folder: only the service role reads and writes. Row level security is on for every table, and
-- no policy allows other roles. Child rows reference their parent together with its tenant, so that no row of one
-- tenant can belong to a row of another. Money is whole micro-dollars. Functions report missing rows by SQLSTATE PT404,
-- which PostgREST answers as 404, and refusals by P0001.

create table public.tenants (
  id uuid primary key default gen_random_uuid(),
  name text not null check (char_length(name) between 1 and 200),
  -- Cap of a month. Null: the cap in the settings of the server.
  monthly_cap_micros bigint check (monthly_cap_micros >= 0),
  -- Whether the provider's content checker checks the tenant's pictures.
  safety_checker boolean not null default true,
  created_at timestamptz not null default now()
);

create table public.api_keys (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  name text not null,
  -- The first characters of the key, for lists, and the SHA-256 of the whole key.
  prefix text not null,
  hash text not null unique,
  scopes text[] not null constraint api_keys_scopes check (
    cardinality(scopes) > 0 and scopes <@ array['characters', 'identities', 'approve', 'stills', 'ledger', 'admin']
  ),
  expires_at timestamptz,
  -- To the minute.
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index api_keys_prefix on public.api_keys (prefix);

-- Who changed a setting, and when. Append-only: see the grants below.
create table public.tenant_setting_changes (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  setting text not null check (setting in ('safety_checker')),
  value jsonb not null,
  reason text,
  -- The id of a key or of a person, never a name.
  changed_by text not null,
  changed_at timestamptz not null default now()
);
create index tenant_setting_changes_newest on public.tenant_setting_changes (tenant_id, changed_at desc, id desc);

-- The oldest tenant, created when there is none. Of two concurrent first starts, the second finds the first's tenant.
create function public.first_tenant() returns uuid language plpgsql set search_path = '' as $$
declare v_tenant uuid;
begin
  select id into v_tenant from public.tenants order by created_at, id limit 1;
  if v_tenant is not null then return v_tenant; end if;
  -- A lock of its own, so that other new tenants do not wait for it.
  perform pg_advisory_xact_lock(hashtext('likeness.first_tenant'));
  select id into v_tenant from public.tenants order by created_at, id limit 1;
  if v_tenant is null then insert into public.tenants (name) values ('default') returning id into v_tenant; end if;
  return v_tenant;
end $$;

-- Changes the setting, and records the author. The same value again is no change.
create function public.set_safety_checker(p_tenant uuid, p_on boolean, p_by text, p_reason text) returns void
language plpgsql set search_path = '' as $$
declare v_now boolean;
begin
  select safety_checker into v_now from public.tenants where id = p_tenant for no key update;
  if not found then raise exception 'no such tenant' using errcode = 'PT404'; end if;
  if v_now = p_on then return; end if;
  update public.tenants set safety_checker = p_on where id = p_tenant;
  insert into public.tenant_setting_changes (tenant_id, setting, value, reason, changed_by)
  values (p_tenant, 'safety_checker', to_jsonb(p_on), p_reason, p_by);
end $$;

alter table public.tenants enable row level security;
alter table public.api_keys enable row level security;
alter table public.tenant_setting_changes enable row level security;
revoke all on public.tenants, public.api_keys from anon, authenticated;
grant select, insert, update, delete on public.tenants, public.api_keys to service_role;
-- The record must not change, or it would prove nothing.
revoke all on public.tenant_setting_changes from anon, authenticated, service_role;
grant select, insert on public.tenant_setting_changes to service_role;
revoke all on function public.first_tenant, public.set_safety_checker from public, anon, authenticated;
grant execute on function public.first_tenant, public.set_safety_checker to service_role;
