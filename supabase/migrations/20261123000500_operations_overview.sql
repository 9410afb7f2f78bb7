-- What all tenants' runs and money look like together, for the metrics: {stages: {stage: count}, reserved, charged}, the
-- money of this month (UTC) in micro-dollars.

create index identities_stage on public.identities (stage);

create function public.operations_overview() returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'stages', coalesce((
      select jsonb_object_agg(s.stage, s.count)
      from (select i.stage, count(*) as count from public.identities i group by i.stage) s), '{}'::jsonb),
    'reserved', coalesce(sum(b.reserved_micros), 0),
    'charged', coalesce(sum(b.charged_micros), 0))
  from public.budgets b where b.month = date_trunc('month', now() at time zone 'utc')::date;
$$;

revoke all on function public.operations_overview() from public, anon, authenticated;
grant execute on function public.operations_overview() to service_role;
