-- All tenants together, for the sweep and for the metrics.

-- The number of the test on request that a paid request belongs to, by its key `<identity>/test/<round>/<type>`: its round
-- lies 1000 above the number of the test. Null for the requests of a run and of the proxy.
create function public.retest_of_call(p_key text) returns int language sql immutable set search_path = '' as $$
  select case when split_part(p_key, '/', 2) = 'test' and split_part(p_key, '/', 3) ~ '^[0-9]{4,9}$'
    then nullif(greatest(split_part(p_key, '/', 3)::int - 1000, 0), 0) end;
$$;

-- A page of open paid requests behind p_after whose run or test is not open any more; those of the proxy among them.
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

-- {stages: {stage: count}, reserved, charged}: how many identities are in each stage, and the money of this month (UTC).
create function public.operations_overview() returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'stages', coalesce((
      select jsonb_object_agg(s.stage, s.count)
      from (select i.stage, count(*) as count from public.identities i group by i.stage) s), '{}'::jsonb),
    'reserved', coalesce(sum(b.reserved_micros), 0),
    'charged', coalesce(sum(b.charged_micros), 0))
  from public.budgets b where b.month = date_trunc('month', now() at time zone 'utc')::date;
$$;

-- {tests: {state: count} of the open ones, unclear}: `unclear` counts the paid requests whose fate is unclear although
-- their run or test has ended, so that no stage tells of them.
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

revoke all on function public.retest_of_call, public.unfollowed_calls, public.operations_overview,
  public.open_work_overview from public, anon, authenticated;
grant execute on function public.retest_of_call, public.unfollowed_calls, public.operations_overview,
  public.open_work_overview to service_role;
