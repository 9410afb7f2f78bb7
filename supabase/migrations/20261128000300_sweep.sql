-- What a sweep needs to find open rows among very many closed ones, and tests on request that wait for an operator.

create index identities_open_id on public.identities (id) where closed_at is null;
create index provider_calls_open on public.provider_calls (id) where state in ('intent', 'unknown', 'submitted');

alter table public.retests drop constraint retests_state_check;
alter table public.retests
  add constraint retests_state_check check (state in ('running', 'needs_operator', 'done', 'failed', 'cancelled')),
  -- Why it did not end well.
  add column close_reason text;
drop index public.retests_running;
create unique index retests_running on public.retests (identity_id) where state in ('running', 'needs_operator');
create index retests_open_id on public.retests (id) where state in ('running', 'needs_operator');
create index retests_tenant on public.retests (tenant_id, created_at desc, id desc);

-- As before; a test that waits for an operator is one that runs.
create or replace function public.open_retest(p_id uuid, p_tenant uuid, p_identity uuid, p_types text[])
returns jsonb language plpgsql set search_path = '' as $$
declare
  v_identity public.identities%rowtype;
  v_retest public.retests%rowtype;
  v_created boolean := false;
begin
  -- The identity's row is the lock under which its tests are numbered.
  select * into v_identity from public.identities where id = p_identity and tenant_id = p_tenant for no key update;
  if not found then raise exception 'no such identity' using errcode = 'PT404'; end if;
  select * into v_retest from public.retests where id = p_id;
  if v_retest.id is null then
    select * into v_retest from public.retests where identity_id = p_identity and state in ('running', 'needs_operator');
  end if;
  if v_retest.id is null then
    if v_identity.stage <> 'ready' then raise exception 'identity is not ready' using errcode = 'P0001'; end if;
    v_created := true;
    insert into public.retests (id, tenant_id, identity_id, number, types, strength)
    values (
      p_id, p_tenant, p_identity,
      (select coalesce(max(number), 0) + 1 from public.retests where identity_id = p_identity),
      p_types, v_identity.reference_strength
    )
    returning * into v_retest;
  end if;
  if v_retest.tenant_id <> p_tenant then raise exception 'no such test' using errcode = 'PT404'; end if;
  return jsonb_build_object(
    'retest', to_jsonb(v_retest),
    'created', v_created,
    'photos', to_jsonb(coalesce(v_identity.reference_photo_ids, v_identity.photo_ids)),
    'held_out', v_identity.held_out
  );
end $$;

-- The test on request that a paid request belongs to, by its key `<identity>/test/<round>/<type>`: its round lies 1000
-- above the number of the test. Null for the requests of a run and of the proxy.
create function public.retest_of_call(p_key text) returns int language sql immutable set search_path = '' as $$
  select case when split_part(p_key, '/', 2) = 'test' and split_part(p_key, '/', 3) ~ '^[0-9]{4,9}$'
    then nullif(greatest(split_part(p_key, '/', 3)::int - 1000, 0), 0) end;
$$;

-- A page of open paid requests behind p_after of which no open run or test is left; those of the proxy among them.
create function public.unfollowed_calls(p_after uuid, p_limit int)
returns table (id uuid, key text, identity_id uuid, posted_at timestamptz) language sql stable set search_path = '' as $$
  select c.id, c.key, c.identity_id, c.posted_at
  from public.provider_calls c
  where c.state in ('intent', 'unknown', 'submitted') and c.id > p_after
    and not exists (
      select 1 from public.identities i
      where i.id = c.identity_id and i.closed_at is null and public.retest_of_call(c.key) is null)
    and not exists (
      select 1 from public.retests r
      where r.identity_id = c.identity_id and r.number = public.retest_of_call(c.key)
        and r.state in ('running', 'needs_operator'))
  order by c.id limit p_limit;
$$;

-- Of all tenants, for the metrics: {tests: {state: count} of the open ones, unclear: paid requests whose fate is unclear
-- although their run or test has ended, so that no stage tells of them}.
create function public.open_work_overview() returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'tests', coalesce((
      select jsonb_object_agg(s.state, s.count)
      from (
        select r.state, count(*) as count from public.retests r
        where r.state in ('running', 'needs_operator') group by r.state) s), '{}'::jsonb),
    'unclear', (
      select count(*) from public.provider_calls c
      where c.state = 'unknown'
        and not exists (
          select 1 from public.identities i
          where i.id = c.identity_id and i.closed_at is null and public.retest_of_call(c.key) is null)
        and not exists (
          select 1 from public.retests r
          where r.identity_id = c.identity_id and r.number = public.retest_of_call(c.key)
            and r.state in ('running', 'needs_operator'))));
$$;

revoke all on function public.retest_of_call(text) from public, anon, authenticated;
revoke all on function public.unfollowed_calls(uuid, int) from public, anon, authenticated;
revoke all on function public.open_work_overview() from public, anon, authenticated;
grant execute on function public.retest_of_call(text) to service_role;
grant execute on function public.unfollowed_calls(uuid, int) to service_role;
grant execute on function public.open_work_overview() to service_role;
