-- The state of the provider's account: whether it accepts requests, and the size of its megapixel.

-- The circuit breaker stops all workers from submitting while the provider refuses. One row is the account (`fal`),
-- each other row an endpoint of it (`fal fal-ai/flux-lora`). A missing row means that it was never refused. Reads of
-- the provider are not gated: a locked account may still ask for results.
create table public.circuit_breakers (
  provider text primary key,
  state text not null check (state in ('ok', 'locked')),
  -- The kind of lock decides what people have to do, and when a probe is useful.
  kind text check (kind in ('balance', 'admin', 'key', 'other', 'endpoint')),
  since timestamptz not null default now(),
  reason text check ((reason is not null) = (state = 'locked')),
  -- The number of refusals since it was locked; after the first one only probes count.
  refusals int not null default 0,
  -- When the next caller may try. During a probe: when the probe counts as lost.
  next_probe_at timestamptz check ((next_probe_at is not null) = (state = 'locked')),
  -- The probe that is under way.
  probe uuid check (probe is null or state = 'locked'),
  constraint circuit_breakers_kind_of_lock check ((kind is not null) = (state = 'locked'))
);

-- The provider's megapixel in pixels, by its newest bill. Without a row, a setting counts (LIKENESS_MEGAPIXEL). The
-- sandbox has its own row, so that its bills do not change fal's.
create table public.provider_megapixels (
  provider text primary key,
  pixels int not null check (pixels in (1000000, 1048576)),
  -- The first request whose bill showed it, and when.
  call_key text not null,
  since timestamptz not null default now()
);

-- Whether the caller may submit now: {allowed, probe, retry_ms, reason}. While the account is locked, one caller at a time
-- may submit as a probe, and has to report its end by record_provider. A caller during a probe gets a short pause
-- (p_busy_ms): the probe may end within a second.
create function public.acquire_provider(p_provider text, p_lease_ms int, p_busy_ms int) returns jsonb
language plpgsql set search_path = '' as $$
declare v public.circuit_breakers%rowtype;
begin
  -- The usual case takes no lock.
  perform 1 from public.circuit_breakers where provider = p_provider and state = 'locked';
  if not found then return jsonb_build_object('allowed', true); end if;

  select * into v from public.circuit_breakers where provider = p_provider for update;
  if v.state = 'ok' then return jsonb_build_object('allowed', true); end if;
  if v.next_probe_at <= clock_timestamp() then
    update public.circuit_breakers
      set probe = gen_random_uuid(), next_probe_at = clock_timestamp() + p_lease_ms * interval '1 millisecond'
      where provider = p_provider returning * into v;
    return jsonb_build_object('allowed', true, 'probe', v.probe);
  end if;
  return jsonb_build_object('allowed', false, 'reason', v.reason, 'retry_ms',
    case when v.probe is not null then p_busy_ms
    else ceil(extract(epoch from v.next_probe_at - clock_timestamp()) * 1000)::bigint end);
end $$;

-- Records the outcome of a submission: 'refused' (of any caller), or 'worked' or 'unclear' (of a probe). Answers
-- {changed, retry_ms}: whether this report locked or unlocked the account, and the pause while it is locked. Only the
-- probe under way unlocks the account or makes the pauses longer: requests that were refused together with the first one
-- count once. A lock that becomes one by the provider's staff is a change too, from any caller: people have to act
-- differently, and probes are useless for a while.
create function public.record_provider(
  p_provider text, p_outcome text, p_probe uuid, p_reason text, p_kind text, p_first_ms int, p_longest_ms int
) returns jsonb language plpgsql set search_path = '' as $$
declare
  v public.circuit_breakers%rowtype;
  v_changed boolean := false;
  v_wait interval;
begin
  insert into public.circuit_breakers (provider, state) values (p_provider, 'ok') on conflict (provider) do nothing;
  select * into v from public.circuit_breakers where provider = p_provider for update;
  if p_outcome = 'refused' and (v.state = 'ok' or v.probe = p_probe or (p_kind = 'admin' and v.kind <> 'admin')) then
    v_changed := v.state = 'ok' or v.kind <> p_kind;
    -- The pause doubles after every refusal; the exponent is limited so that the product is a number. Another kind of
    -- lock starts again.
    v_wait := least(p_longest_ms, p_first_ms * power(2, case when v_changed then 0 else least(v.refusals, 20) end))
      * interval '1 millisecond';
    update public.circuit_breakers set
      state = 'locked', kind = p_kind, since = case when v.state = 'ok' then now() else since end, reason = p_reason,
      refusals = case when v_changed then 1 else refusals + 1 end, next_probe_at = clock_timestamp() + v_wait, probe = null
    where provider = p_provider returning * into v;
  elsif v.state = 'locked' and v.probe = p_probe and p_outcome = 'worked' then
    v_changed := true;
    update public.circuit_breakers set
      state = 'ok', kind = null, since = now(), reason = null, refusals = 0, next_probe_at = null, probe = null
    where provider = p_provider returning * into v;
  elsif v.state = 'locked' and v.probe = p_probe and p_outcome = 'unclear' then
    update public.circuit_breakers set next_probe_at = clock_timestamp(), probe = null
    where provider = p_provider returning * into v;
  end if;
  return jsonb_build_object('changed', v_changed, 'retry_ms',
    greatest(0, ceil(extract(epoch from v.next_probe_at - clock_timestamp()) * 1000))::bigint);
end $$;

-- Records a bill's megapixel. Answers whether it is new; the same again writes nothing.
create function public.note_megapixel(p_provider text, p_pixels int, p_call text) returns boolean
language plpgsql set search_path = '' as $$
begin
  insert into public.provider_megapixels as known (provider, pixels, call_key) values (p_provider, p_pixels, p_call)
    on conflict (provider) do update set pixels = excluded.pixels, call_key = excluded.call_key, since = now()
    where known.pixels <> excluded.pixels;
  return found;
end $$;

alter table public.circuit_breakers enable row level security;
alter table public.provider_megapixels enable row level security;
revoke all on public.circuit_breakers, public.provider_megapixels from anon, authenticated;
grant select, insert, update, delete on public.circuit_breakers, public.provider_megapixels to service_role;
revoke all on function public.acquire_provider, public.record_provider, public.note_megapixel from public, anon, authenticated;
grant execute on function public.acquire_provider, public.record_provider, public.note_megapixel to service_role;
