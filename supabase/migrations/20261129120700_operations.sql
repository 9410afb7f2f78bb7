-- All tenants together, for the sweep and for the metrics.

-- Open paid requests whose run, test or still is not open any more; those of the proxy are included. The ids of the workflows
-- are those of domain/keys.ts.
create view public.unfollowed_calls with (security_invoker = true) as
  select c.id, c.key, c.subject_kind, c.state, c.posted_at
  from public.provider_calls c
  where c.state in ('intent', 'unknown', 'submitted')
    and not exists (
      select 1 from public.identities i
      where i.id = c.subject_id and i.closed_at is null and c.workflow_id = 'identity/' || i.id)
    and not exists (
      select 1 from public.picture_sets r
      where r.identity_id = c.subject_id and r.kind = 'retest' and r.state in ('running', 'needs_operator')
        and c.workflow_id = 'identity/' || r.identity_id || '/retest/' || r.number)
    and not exists (
      select 1 from public.stills s where c.subject_kind = 'still' and s.id = c.subject_id and s.closed_at is null);

-- {stages: {stage: count}, reserved, charged}: identities in each stage, and the money of this month (UTC).
create function public.operations_overview() returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'stages', coalesce((
      select jsonb_object_agg(s.stage, s.count)
      from (select i.stage, count(*) as count from public.identities i group by i.stage) s), '{}'::jsonb),
    'reserved', coalesce(sum(b.reserved_micros), 0),
    'charged', coalesce(sum(b.charged_micros), 0))
  from public.budgets b where b.month = date_trunc('month', now() at time zone 'utc')::date;
$$;

-- {tests: {state: count} of the open ones, unclear}: `unclear` counts the unclear paid requests whose run or test has
-- ended, because no stage shows them.
create function public.open_work_overview() returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'tests', coalesce((
      select jsonb_object_agg(s.state, s.count)
      from (
        select r.state, count(*) as count from public.picture_sets r
        where r.kind = 'retest' and r.state in ('running', 'needs_operator') group by r.state) s), '{}'::jsonb),
    'unclear', (select count(*) from public.unfollowed_calls c where c.state = 'unknown'));
$$;

revoke all on public.unfollowed_calls from anon, authenticated;
grant select on public.unfollowed_calls to service_role;
revoke all on function public.operations_overview, public.open_work_overview from public, anon, authenticated;
grant execute on function public.operations_overview, public.open_work_overview to service_role;
