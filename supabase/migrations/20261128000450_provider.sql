-- What the provider refuses, and what a tenant asks of it: the lock of an account by its kind, endpoints that are closed by
-- themselves, and the content checker.

-- Whether the body had the provider's content checker on; null where it has none.
alter table public.provider_calls add column safety_checker boolean;

-- One row is the account (`fal`), any other an endpoint of it (`fal fal-ai/flux-lora`). What kind of lock it is tells people
-- what to do, and how soon a probe is worth it.
alter table public.provider_alarms
  add column kind text check (kind in ('balance', 'admin', 'key', 'other', 'endpoint')),
  add constraint provider_alarms_kind_of_lock check ((kind is not null) = (state = 'locked')) not valid;
update public.provider_alarms set kind = 'other' where state = 'locked';
alter table public.provider_alarms validate constraint provider_alarms_kind_of_lock;

-- As before, with the kind of the refusal. A lock that turns out to be one by the provider's staff is a change too, whoever
-- reports it: people have to act in another way, and a probe helps nobody for a while.
drop function public.report_provider(text, text, uuid, text, int, int);
create function public.report_provider(
  p_provider text, p_outcome text, p_probe uuid, p_reason text, p_kind text, p_first_ms int, p_longest_ms int
) returns jsonb language plpgsql set search_path = '' as $$
declare
  v public.provider_alarms%rowtype;
  v_changed boolean := false;
  v_wait interval;
begin
  insert into public.provider_alarms (provider, state) values (p_provider, 'ok') on conflict (provider) do nothing;
  select * into v from public.provider_alarms where provider = p_provider for update;
  if p_outcome = 'refused' and (v.state = 'ok' or v.probe = p_probe or (p_kind = 'admin' and v.kind <> 'admin')) then
    v_changed := v.state = 'ok' or v.kind <> p_kind;
    -- Twice as long after every refusal; the exponent is bounded so that the product is a number. Another kind of lock
    -- begins anew.
    v_wait := least(p_longest_ms, p_first_ms * power(2, case when v_changed then 0 else least(v.refusals, 20) end))
      * interval '1 millisecond';
    update public.provider_alarms set
      state = 'locked', kind = p_kind, since = case when v.state = 'ok' then now() else since end, reason = p_reason,
      refusals = case when v_changed then 1 else refusals + 1 end, next_probe_at = clock_timestamp() + v_wait, probe = null
    where provider = p_provider returning * into v;
  elsif v.state = 'locked' and v.probe = p_probe and p_outcome = 'worked' then
    v_changed := true;
    update public.provider_alarms set
      state = 'ok', kind = null, since = now(), reason = null, refusals = 0, next_probe_at = null, probe = null
    where provider = p_provider returning * into v;
  elsif v.state = 'locked' and v.probe = p_probe and p_outcome = 'unclear' then
    update public.provider_alarms set next_probe_at = clock_timestamp(), probe = null
    where provider = p_provider returning * into v;
  end if;
  return jsonb_build_object('changed', v_changed, 'retry_ms',
    greatest(0, ceil(extract(epoch from v.next_probe_at - clock_timestamp()) * 1000))::bigint);
end $$;

revoke all on function public.report_provider(text, text, uuid, text, text, int, int) from public, anon, authenticated;
grant execute on function public.report_provider(text, text, uuid, text, text, int, int) to service_role;

-- Whether the provider's content checker looks at what is drawn for a tenant. Who changed it, and when, stays on record.
alter table public.tenants add column safety_checker boolean not null default true;

create table public.tenant_setting_changes (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  setting text not null check (setting in ('safety_checker')),
  value jsonb not null,
  reason text,
  -- A key's or a person's id, never a name.
  changed_by text not null,
  changed_at timestamptz not null default now()
);
create index tenant_setting_changes_newest on public.tenant_setting_changes (tenant_id, changed_at desc, id desc);

-- Sets it, and writes down who did; the value that it has already is no change.
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

alter table public.tenant_setting_changes enable row level security;
revoke all on public.tenant_setting_changes from anon, authenticated, service_role;
-- A record that could be changed would be none.
grant select, insert on public.tenant_setting_changes to service_role;
revoke all on function public.set_safety_checker(uuid, boolean, text, text) from public, anon, authenticated;
grant execute on function public.set_safety_checker(uuid, boolean, text, text) to service_role;
