-- The alarm that keeps all workers from submitting while the provider refuses our account. One row a provider; a missing
-- row means that it was never refused. Reads of the provider are not gated: a locked account may still ask for results.

create table public.provider_alarms (
  provider text primary key,
  state text not null check (state in ('ok', 'locked')),
  since timestamptz not null default now(),
  reason text check ((reason is not null) = (state = 'locked')),
  -- How often it was refused since it was locked, by those whose turn it was to try.
  refusals int not null default 0,
  -- When the next one may try; while a probe is under way, when that one is taken for dead.
  next_probe_at timestamptz check ((next_probe_at is not null) = (state = 'locked')),
  -- The probe that is under way.
  probe uuid check (probe is null or state = 'locked')
);

-- Whether the caller may submit now: {open, probe, retry_ms, reason}. While the account is locked, one caller at a time is let
-- through, as a probe, and has to tell its end by report_provider. Who comes while a probe is under way is told to look
-- again soon (p_busy_ms): it may be over in a second.
create function public.enter_provider(p_provider text, p_lease_ms int, p_busy_ms int) returns jsonb
language plpgsql set search_path = '' as $$
declare v public.provider_alarms%rowtype;
begin
  -- The usual case takes no lock.
  perform 1 from public.provider_alarms where provider = p_provider and state = 'locked';
  if not found then return jsonb_build_object('open', true); end if;

  select * into v from public.provider_alarms where provider = p_provider for update;
  if v.state = 'ok' then return jsonb_build_object('open', true); end if;
  if v.next_probe_at <= clock_timestamp() then
    update public.provider_alarms
      set probe = gen_random_uuid(), next_probe_at = clock_timestamp() + p_lease_ms * interval '1 millisecond'
      where provider = p_provider returning * into v;
    return jsonb_build_object('open', true, 'probe', v.probe);
  end if;
  return jsonb_build_object('open', false, 'reason', v.reason, 'retry_ms',
    case when v.probe is not null then p_busy_ms
    else ceil(extract(epoch from v.next_probe_at - clock_timestamp()) * 1000)::bigint end);
end $$;

-- What came of a submission: 'refused' (of anybody), or 'worked' or 'unclear' (of a probe). Answers {changed, retry_ms}: whether
-- this very report locked or opened the account, and how long to wait when it is locked. Only the probe under way opens
-- the account or makes the waits longer: the many that were refused together with the first one count once.
create function public.report_provider(
  p_provider text, p_outcome text, p_probe uuid, p_reason text, p_first_ms int, p_longest_ms int
) returns jsonb language plpgsql set search_path = '' as $$
declare
  v public.provider_alarms%rowtype;
  v_changed boolean := false;
  v_wait interval;
begin
  insert into public.provider_alarms (provider, state) values (p_provider, 'ok') on conflict (provider) do nothing;
  select * into v from public.provider_alarms where provider = p_provider for update;
  if p_outcome = 'refused' and (v.state = 'ok' or v.probe = p_probe) then
    v_changed := v.state = 'ok';
    -- Twice as long after every refusal; the exponent is bounded so that the product is a number.
    v_wait := least(p_longest_ms, p_first_ms * power(2, least(v.refusals, 20))) * interval '1 millisecond';
    update public.provider_alarms set
      state = 'locked', since = case when v_changed then now() else since end, reason = p_reason,
      refusals = refusals + 1, next_probe_at = clock_timestamp() + v_wait, probe = null
    where provider = p_provider returning * into v;
  elsif v.state = 'locked' and v.probe = p_probe and p_outcome = 'worked' then
    v_changed := true;
    update public.provider_alarms set state = 'ok', since = now(), reason = null, refusals = 0, next_probe_at = null, probe = null
    where provider = p_provider returning * into v;
  elsif v.state = 'locked' and v.probe = p_probe and p_outcome = 'unclear' then
    update public.provider_alarms set next_probe_at = clock_timestamp(), probe = null
    where provider = p_provider returning * into v;
  end if;
  return jsonb_build_object('changed', v_changed, 'retry_ms',
    greatest(0, ceil(extract(epoch from v.next_probe_at - clock_timestamp()) * 1000))::bigint);
end $$;

alter table public.provider_alarms enable row level security;
revoke all on public.provider_alarms from anon, authenticated;
grant select, insert, update, delete on public.provider_alarms to service_role;

revoke all on function public.enter_provider(text, int, int) from public, anon, authenticated;
revoke all on function public.report_provider(text, text, uuid, text, int, int) from public, anon, authenticated;
grant execute on function public.enter_provider(text, int, int) to service_role;
grant execute on function public.report_provider(text, text, uuid, text, int, int) to service_role;
