-- The ledger of paid requests, and their part of each month's budget.

create table public.budgets (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  -- First day of the month, UTC.
  month date not null,
  reserved_micros bigint not null default 0 check (reserved_micros >= 0),
  charged_micros bigint not null default 0 check (charged_micros >= 0),
  primary key (tenant_id, month)
);

create table public.provider_calls (
  id uuid primary key default gen_random_uuid(),
  key text not null unique,
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  -- What it is paid for. `identity`: its run and its tests on request. `still`: its pictures. `app`: requests of apps
  -- through the proxy; the id is the tenant's.
  subject_kind text not null check (subject_kind in ('identity', 'still', 'app')),
  -- No foreign key, because a charge stays in the ledger when its subject is erased.
  subject_id uuid not null,
  -- The trainer or generator, which has the price of a unit.
  profile text not null,
  endpoint text not null,
  -- The workflow that waits for it. Webhooks and operators' settlements go there.
  workflow_id text not null,
  state text not null check (state in ('intent', 'refused', 'unknown', 'submitted', 'settled', 'failed')),
  request_id text check (request_id is not null or state not in ('submitted', 'settled')),
  -- In the webhook address of this attempt; it cannot be guessed.
  token text not null unique,
  attempts int not null default 1,
  posted_at timestamptz not null default now(),
  -- The month whose budget holds the reservation.
  month date not null,
  estimate_micros bigint not null check (estimate_micros >= 0),
  charged_micros bigint check (charged_micros >= 0 and (charged_micros is not null) = (state in ('settled', 'failed'))),
  -- The body, written before it is posted.
  input jsonb,
  -- Whether that body had the provider's content checker on. Null where the endpoint has none.
  safety_checker boolean,
  -- The provider's answer, or {problems} of a call that failed.
  result jsonb,
  reason text,
  -- Of an app's request with an Idempotency-Key, from the start: two different requests with one key are distinguished,
  -- even while the first is being posted.
  request_hash text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint provider_calls_of_apps check (subject_kind <> 'app' or subject_id = tenant_id)
);
create index provider_calls_tenant on public.provider_calls (tenant_id, created_at desc, id desc);
-- Whole, and not partial on the value, like identities_tenant_stage.
create index provider_calls_state on public.provider_calls (tenant_id, state, created_at desc, id desc);
create index provider_calls_subject on public.provider_calls (tenant_id, subject_kind, subject_id);
create index provider_calls_workflow on public.provider_calls (workflow_id);
create unique index provider_calls_request on public.provider_calls (endpoint, request_id) where request_id is not null;
-- For the sweep, which pages through the open calls of all tenants.
create index provider_calls_open on public.provider_calls (id) where state in ('intent', 'unknown', 'submitted');
-- For training_pace.
create index provider_calls_paced on public.provider_calls (profile, updated_at desc)
  where subject_kind = 'identity' and state = 'settled';

-- The cost of a subject, and the possible further cost of its open calls: {reserved, charged}.
create function public.subject_spend(p_tenant uuid, p_kind text, p_subject uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'reserved', coalesce(sum(estimate_micros) filter (where state in ('intent', 'unknown', 'submitted')), 0),
    'charged', coalesce(sum(charged_micros), 0))
  from public.provider_calls where tenant_id = p_tenant and subject_kind = p_kind and subject_id = p_subject;
$$;

-- The same of all stills of a batch.
create function public.batch_spend(p_batch uuid) returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'reserved', coalesce(sum(c.estimate_micros) filter (where c.state in ('intent', 'unknown', 'submitted')), 0),
    'charged', coalesce(sum(c.charged_micros), 0))
  from public.stills s
  join public.provider_calls c on c.tenant_id = s.tenant_id and c.subject_kind = 'still' and c.subject_id = s.id
  where s.batch_id = p_batch;
$$;

-- The same for several subjects, each with its own tenant, in the given order: many people read states at once.
create function public.subject_spends(p_tenants uuid[], p_kinds text[], p_subjects uuid[]) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(public.subject_spend(asked.tenant, asked.kind, asked.subject) order by asked.place), '[]')
  from unnest(p_tenants, p_kinds, p_subjects) with ordinality as asked (tenant, kind, subject, place);
$$;

-- This month's use of a tenant's budget: {month, cap, reserved, charged}. The cap is null where the settings of the
-- server decide. Null when there is no such tenant.
create function public.month_budget(p_tenant uuid) returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'month', to_char(m.month, 'YYYY-MM'), 'cap', t.monthly_cap_micros,
    'reserved', coalesce(b.reserved_micros, 0), 'charged', coalesce(b.charged_micros, 0))
  from public.tenants t
  cross join (select date_trunc('month', now() at time zone 'utc')::date as month) m
  left join public.budgets b on b.tenant_id = t.id and b.month = m.month
  where t.id = p_tenant;
$$;

-- Finds the row of a key or writes it, with the reservation, in one transaction. Answers {call, may_post}: may_post is
-- true for exactly one caller per attempt. A refused call is opened again with a new reservation. With p_headroom, it
-- has to fit into the rest of the tenant's month, and into p_subject_cap, which limits the cost of all calls of the
-- subject; null for a subject without a cap. A still has its own cap instead, and its batch a budget. p_request_hash is written with a new row and stays. Locks are taken in the
-- order tenant, call, budget; move_provider_call takes the last two in the same order.
create function public.open_provider_call(
  p_key text, p_tenant uuid, p_subject_kind text, p_subject uuid, p_profile text, p_endpoint text, p_workflow text,
  p_estimate bigint, p_headroom bigint, p_token text, p_cap bigint, p_subject_cap bigint, p_request_hash text
) returns jsonb language plpgsql set search_path = '' as $$
declare
  v_month date := date_trunc('month', now() at time zone 'utc')::date;
  v_budget public.budgets%rowtype;
  v_call public.provider_calls%rowtype;
  v_cap bigint;
  v_spend jsonb;
  v_batch public.batches%rowtype;
begin
  -- The tenant's row is the lock under which its calls are opened one after the other, and its cap is changed.
  select coalesce(monthly_cap_micros, p_cap) into v_cap from public.tenants where id = p_tenant for no key update;
  if not found then raise exception 'no such tenant' using errcode = 'PT404'; end if;
  select * into v_call from public.provider_calls where key = p_key for update;
  if v_call.id is not null and v_call.tenant_id <> p_tenant then
    raise exception 'the call belongs to another tenant' using errcode = 'PT404';
  end if;
  if v_call.state <> 'refused' then
    return jsonb_build_object('call', to_jsonb(v_call), 'may_post', false);
  end if;

  if p_subject_kind = 'identity' then
    perform 1 from public.identities where id = p_subject and tenant_id = p_tenant;
    if not found then raise exception 'no such identity' using errcode = 'PT404'; end if;
  end if;
  if p_subject_kind = 'still' then
    select cap_micros into p_subject_cap from public.stills where id = p_subject and tenant_id = p_tenant;
    if not found then raise exception 'no such still' using errcode = 'PT404'; end if;
    select b.* into v_batch from public.batches b join public.stills s on s.batch_id = b.id where s.id = p_subject;
    v_spend := public.batch_spend(v_batch.id);
    if (v_spend ->> 'reserved')::bigint + (v_spend ->> 'charged')::bigint + p_estimate + p_headroom > v_batch.budget_micros then
      raise exception 'budget exceeded' using errcode = 'P0001', detail = (v_spend || jsonb_build_object(
        'scope', 'batch', 'cap', v_batch.budget_micros, 'wanted', p_estimate + p_headroom))::text;
    end if;
  end if;
  if p_subject_cap is not null then
    -- A call that ends concurrently turns its reservation into a charge: one read sees one or the other.
    v_spend := public.subject_spend(p_tenant, p_subject_kind, p_subject);
    if (v_spend ->> 'reserved')::bigint + (v_spend ->> 'charged')::bigint + p_estimate + p_headroom > p_subject_cap then
      raise exception 'budget exceeded' using errcode = 'P0001', detail = (v_spend || jsonb_build_object(
        'scope', p_subject_kind, 'cap', p_subject_cap, 'wanted', p_estimate + p_headroom))::text;
    end if;
  end if;
  insert into public.budgets (tenant_id, month) values (p_tenant, v_month) on conflict (tenant_id, month) do nothing;
  select * into v_budget from public.budgets where tenant_id = p_tenant and month = v_month for update;
  if v_budget.reserved_micros + v_budget.charged_micros + p_estimate + p_headroom > v_cap then
    raise exception 'budget exceeded' using errcode = 'P0001', detail = jsonb_build_object(
      'scope', 'month', 'cap', v_cap, 'reserved', v_budget.reserved_micros, 'charged', v_budget.charged_micros,
      'wanted', p_estimate + p_headroom)::text;
  end if;
  update public.budgets set reserved_micros = reserved_micros + p_estimate where tenant_id = p_tenant and month = v_month;
  if v_call.id is null then
    insert into public.provider_calls (
      key, tenant_id, subject_kind, subject_id, profile, endpoint, workflow_id, state, token, month, estimate_micros,
      request_hash
    ) values (
      p_key, p_tenant, p_subject_kind, p_subject, p_profile, p_endpoint, p_workflow, 'intent', p_token, v_month, p_estimate,
      p_request_hash
    ) returning * into v_call;
  else
    update public.provider_calls set state = 'intent', attempts = attempts + 1, token = p_token, posted_at = now(), updated_at = now(),
      month = v_month, estimate_micros = p_estimate, reason = null, input = null
    where id = v_call.id returning * into v_call;
  end if;
  return jsonb_build_object('call', to_jsonb(v_call), 'may_post', true);
end $$;

-- Moves a call along one of its edges. Requesting its current state changes nothing and answers true, and so does
-- "unknown" once the request id is known: a webhook may be faster than the lost answer. Every other edge answers false.
-- So does a request id that another call has, and an attempt that is not the newest: it must not touch the reservation
-- of a later attempt. Ends and refusals release the reservation; ends add the charge.
create function public.move_provider_call(
  p_id uuid, p_attempt int, p_state text, p_request text default null, p_charged bigint default null, p_result jsonb default null,
  p_reason text default null
) returns boolean language plpgsql set search_path = '' as $$
declare v_call public.provider_calls%rowtype;
begin
  select * into v_call from public.provider_calls where id = p_id for update;
  if not found then raise exception 'no such call' using errcode = 'PT404'; end if;
  if v_call.attempts <> p_attempt then return false; end if;
  if v_call.state = p_state then
    return p_request is null or v_call.request_id is not distinct from p_request;
  end if;
  if p_state = 'unknown' and v_call.request_id is not null then return true; end if;
  if not (v_call.state, p_state) in (
    ('intent', 'submitted'), ('intent', 'refused'), ('intent', 'unknown'),
    ('unknown', 'submitted'), ('unknown', 'refused'), ('unknown', 'failed'),
    ('submitted', 'settled'), ('submitted', 'failed')
  ) then return false; end if;
  begin
    update public.provider_calls set
      state = p_state, request_id = coalesce(p_request, request_id), charged_micros = p_charged,
      result = p_result, reason = p_reason, updated_at = now()
    where id = p_id;
  exception when unique_violation then return false;
  end;
  if p_state in ('refused', 'settled', 'failed') then
    update public.budgets set
      reserved_micros = reserved_micros - v_call.estimate_micros,
      charged_micros = charged_micros + coalesce(p_charged, 0)
    where tenant_id = v_call.tenant_id and month = v_call.month;
  end if;
  return true;
end $$;

-- The pace of trainings, in seconds a step from the request to its result: the median of the newest p_newest trainings
-- of identities by this profile, of all tenants, that took p_fastest seconds or more. Null when they are fewer than
-- p_fewest.
create function public.training_pace(p_profile text, p_fastest float8, p_newest int, p_fewest int) returns float8
language sql stable set search_path = '' as $$
  select case when count(*) >= p_fewest then percentile_cont(0.5) within group (order by past.seconds / past.steps) end
  from (
    select extract(epoch from c.updated_at - c.posted_at)::float8 as seconds, (c.input ->> 'steps')::float8 as steps
    from public.provider_calls c
    where c.profile = p_profile and c.subject_kind = 'identity' and c.state = 'settled'
      and (c.input ->> 'steps')::float8 > 0 and c.updated_at - c.posted_at >= make_interval(secs => p_fastest)
    order by c.updated_at desc limit p_newest
  ) past;
$$;

alter table public.budgets enable row level security;
alter table public.provider_calls enable row level security;
revoke all on public.budgets, public.provider_calls from anon, authenticated;
grant select, insert, update, delete on public.budgets, public.provider_calls to service_role;
revoke all on function public.subject_spend, public.batch_spend, public.subject_spends, public.month_budget, public.open_provider_call,
  public.move_provider_call, public.training_pace from public, anon, authenticated;
grant execute on function public.subject_spend, public.batch_spend, public.subject_spends, public.month_budget, public.open_provider_call,
  public.move_provider_call, public.training_pace to service_role;
