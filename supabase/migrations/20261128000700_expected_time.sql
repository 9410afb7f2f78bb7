-- How fast trainings went: what tells people how long the next one will take.

create index provider_calls_trained on public.provider_calls (endpoint, updated_at desc)
  where purpose = 'training' and state = 'settled';

-- Seconds a step, from the request to its result: the median of the newest p_newest trainings of the endpoint, whoever
-- asked for them, that took p_fastest seconds or more. Null when they are fewer than p_fewest.
create function public.training_pace(p_endpoint text, p_fastest float8, p_newest int, p_fewest int) returns float8
language sql stable set search_path = '' as $$
  select case when count(*) >= p_fewest then percentile_cont(0.5) within group (order by past.seconds / past.steps) end
  from (
    select extract(epoch from c.updated_at - c.posted_at)::float8 as seconds, (c.input ->> 'steps')::float8 as steps
    from public.provider_calls c
    where c.purpose = 'training' and c.state = 'settled' and c.endpoint = p_endpoint
      and (c.input ->> 'steps')::float8 > 0 and c.updated_at - c.posted_at >= make_interval(secs => p_fastest)
    order by c.updated_at desc limit p_newest
  ) past;
$$;

revoke all on function public.training_pace(text, float8, int, int) from public, anon, authenticated;
grant execute on function public.training_pace(text, float8, int, int) to service_role;
