-- What is done with batches and stills. Locks are taken in the order tenant, batch, still.

-- A batch with the number of its stills in each state, and its cost.
create view public.batch_overview with (security_invoker = true) as
  select b.*,
    coalesce((
      select jsonb_object_agg(s.state, s.count)
      from (select state, count(*) as count from public.stills where batch_id = b.id group by state) s), '{}'::jsonb) as counts,
    public.batch_spend(b.id) as spend
  from public.batches b;

-- The next revision of a batch, for a change of it or of one of its stills. Null when the tenant has no such batch.
create function public.touch_batch(p_tenant uuid, p_batch uuid) returns bigint language sql set search_path = '' as $$
  update public.batches set revision = revision + 1 where id = p_batch and tenant_id = p_tenant returning revision;
$$;

-- The same for the batch of a still.
create function public.touch_still(p_tenant uuid, p_still uuid) returns bigint language plpgsql set search_path = '' as $$
declare v_batch uuid;
begin
  select batch_id into v_batch from public.stills where id = p_still and tenant_id = p_tenant;
  if not found then raise exception 'no such still' using errcode = 'PT404'; end if;
  return public.touch_batch(p_tenant, v_batch);
end $$;

-- Writes a batch and its stills, if all versions of their casts may be used and the limits allow it; a repeat finds the
-- batch. Answers {batch}, or {refused: 'version', identityId, version, state}, {refused: 'open_batches', open} or
-- {refused: 'budget'}. p_limits: {openBatches, monthCap}; monthCap is for a tenant without its own cap.
create function public.open_batch(p_tenant uuid, p_batch jsonb, p_stills jsonb, p_limits jsonb)
returns jsonb language plpgsql set search_path = '' as $$
declare
  v_id uuid := p_batch ->> 'id';
  v_batch public.batches%rowtype;
  v_bad jsonb;
  v_month jsonb;
  v_open int;
begin
  -- The tenant's row is the lock under which its batches are counted; of two equal starts the second finds the first.
  perform 1 from public.tenants where id = p_tenant for no key update;
  if not found then raise exception 'no such tenant' using errcode = 'PT404'; end if;
  select * into v_batch from public.batches where id = v_id;
  if found then
    if v_batch.tenant_id <> p_tenant then raise exception 'no such batch' using errcode = 'PT404'; end if;
    return jsonb_build_object('batch', v_id);
  end if;

  select jsonb_build_object(
    'refused', 'version', 'identityId', c.identity_id, 'version', c.version, 'state', coalesce(v.state, 'gone')) into v_bad
  from (
    select distinct m.value ->> 'identityId' as identity_id, (m.value ->> 'version')::int as version,
      m.value ->> 'loraSha256' as sha256
    from jsonb_array_elements(p_stills) s, jsonb_array_elements(s.value -> 'manifest' -> 'cast') m) c
  left join public.versions v on v.tenant_id = p_tenant and v.identity_id = c.identity_id::uuid and v.number = c.version
    and v.lora_sha256 = c.sha256
  where v.state is null or v.state not in ('current', 'available')
  limit 1;
  if found then return v_bad; end if;
  select count(*) into v_open from public.batches where tenant_id = p_tenant and closed_at is null;
  if v_open >= (p_limits ->> 'openBatches')::int then
    return jsonb_build_object('refused', 'open_batches', 'open', v_open);
  end if;
  v_month := public.month_budget(p_tenant);
  if (v_month ->> 'reserved')::bigint + (v_month ->> 'charged')::bigint + (p_batch ->> 'lowest')::bigint
    > coalesce(v_month ->> 'cap', p_limits ->> 'monthCap')::bigint
  then
    return jsonb_build_object('refused', 'budget');
  end if;

  insert into public.batches (
    id, tenant_id, request_hash, context, ignored, max_repairs, budget_micros, lowest_micros, highest_micros
  ) values (
    v_id, p_tenant, p_batch ->> 'requestHash', p_batch -> 'context', p_batch -> 'ignored', (p_batch ->> 'maxRepairs')::int,
    (p_batch ->> 'budget')::bigint, (p_batch ->> 'lowest')::bigint, (p_batch ->> 'highest')::bigint);
  insert into public.stills (
    id, tenant_id, batch_id, number, frame, frame_id, variant, manifest, seed, lowest_micros, highest_micros, cap_micros)
  select (s.value ->> 'id')::uuid, p_tenant, v_id, (s.value ->> 'number')::int, (s.value ->> 'frame')::int,
    s.value ->> 'frameId', (s.value ->> 'variant')::int, s.value -> 'manifest', (s.value ->> 'seed')::bigint,
    (s.value ->> 'lowest')::bigint, (s.value ->> 'highest')::bigint, (s.value ->> 'highest')::bigint
  from jsonb_array_elements(p_stills) s;
  return jsonb_build_object('batch', v_id);
end $$;

-- A still that has ended keeps its end, and its state.
create function public.save_still_state(p_tenant uuid, p_still uuid, p_state text) returns void
language plpgsql set search_path = '' as $$
declare v_revision bigint := public.touch_still(p_tenant, p_still);
begin
  update public.stills set state = p_state, revision = v_revision
  where id = p_still and closed_at is null and state <> p_state;
end $$;

-- `running` or `waiting_for_budget`; a batch that has ended keeps its end.
create function public.save_batch_state(p_tenant uuid, p_batch uuid, p_state text) returns void
language sql set search_path = '' as $$
  update public.batches set state = p_state, revision = revision + 1
  where id = p_batch and tenant_id = p_tenant and closed_at is null and state <> p_state;
$$;

-- Changes what a batch may cost. Null when the tenant has no such batch.
create function public.set_batch_budget(p_tenant uuid, p_batch uuid, p_budget bigint) returns boolean
language sql set search_path = '' as $$
  update public.batches set budget_micros = p_budget, revision = revision + 1
  where id = p_batch and tenant_id = p_tenant returning true;
$$;

-- Keeps the picture that was already saved under this number.
create function public.save_still_picture(
  p_id uuid, p_tenant uuid, p_still uuid, p_number int, p_pass text, p_base int, p_seed bigint, p_width int, p_height int,
  p_object_key text, p_sha256 text, p_flagged boolean
) returns void language plpgsql set search_path = '' as $$
declare v_revision bigint := public.touch_still(p_tenant, p_still);
begin
  insert into public.pictures (
    id, tenant_id, still_id, number, pass, base, seed, width, height, object_key, sha256, flagged
  ) values (
    p_id, p_tenant, p_still, p_number, p_pass, p_base, p_seed, p_width, p_height, p_object_key, p_sha256, p_flagged
  ) on conflict (still_id, number) do nothing;
  update public.stills set revision = v_revision where id = p_still;
end $$;

create function public.save_still_check(p_tenant uuid, p_still uuid, p_number int, p_check jsonb) returns void
language plpgsql set search_path = '' as $$
declare v_revision bigint := public.touch_still(p_tenant, p_still);
begin
  update public.pictures set checked = p_check where still_id = p_still and number = p_number;
  if not found then raise exception 'no such picture' using errcode = 'PT404'; end if;
  update public.stills set revision = v_revision where id = p_still;
end $$;

-- True for the call that wrote the end.
create function public.close_still(
  p_tenant uuid, p_still uuid, p_state text, p_best int, p_repairs int, p_reason text
) returns boolean language plpgsql set search_path = '' as $$
declare v_revision bigint := public.touch_still(p_tenant, p_still);
begin
  update public.stills set
    state = p_state, best = coalesce(p_best, best), repairs = greatest(repairs, p_repairs), close_reason = p_reason,
    closed_at = now(), revision = v_revision
  where id = p_still and closed_at is null;
  return found;
end $$;

-- Ends a batch, and its open stills with it. A still that was opened again has a workflow of its own, and goes on. True
-- for the call that wrote the end.
create function public.close_batch(p_tenant uuid, p_batch uuid, p_state text, p_reason text)
returns boolean language plpgsql set search_path = '' as $$
declare v_revision bigint := public.touch_batch(p_tenant, p_batch);
begin
  if v_revision is null then raise exception 'no such batch' using errcode = 'PT404'; end if;
  update public.batches set state = p_state, close_reason = p_reason, closed_at = now()
  where id = p_batch and closed_at is null;
  if not found then return false; end if;
  update public.stills set
    state = case p_state when 'cancelled' then 'cancelled' else 'failed' end, closed_at = now(), revision = v_revision,
    close_reason = coalesce(p_reason, 'The batch ended before this still.')
  where batch_id = p_batch and closed_at is null and again = 0;
  return true;
end $$;

-- Opens a still that has ended for one more pass, once for each id; its cap and the budget of its batch rise by the
-- price. Answers {again}, the number of this pass, or {running} while the still is open. Null when the tenant has no
-- such still.
create function public.open_still_again(p_tenant uuid, p_still uuid, p_id uuid, p_kind text, p_price bigint)
returns jsonb language plpgsql set search_path = '' as $$
declare
  v_still public.stills%rowtype;
  v_revision bigint;
begin
  perform 1 from public.stills where id = p_still and tenant_id = p_tenant;
  if not found then return null; end if;
  v_revision := public.touch_still(p_tenant, p_still);
  select * into v_still from public.stills where id = p_still;
  if v_still.again_id = p_id then return jsonb_build_object('again', v_still.again); end if;
  if v_still.closed_at is null then return jsonb_build_object('running', true); end if;
  update public.batches set budget_micros = budget_micros + p_price where id = v_still.batch_id;
  update public.stills set
    state = 'repairing', closed_at = null, close_reason = null, accepted = null, again = again + 1, again_id = p_id,
    again_kind = p_kind, cap_micros = cap_micros + p_price, revision = v_revision
  where id = p_still;
  return jsonb_build_object('again', v_still.again + 1);
end $$;

-- A person accepts a flagged still. 'done', also the second time; 'not_flagged'; null when the tenant has no such still.
create function public.accept_still(p_tenant uuid, p_still uuid, p_by text, p_reason text) returns text
language plpgsql set search_path = '' as $$
declare
  v_still public.stills%rowtype;
  v_revision bigint;
begin
  perform 1 from public.stills where id = p_still and tenant_id = p_tenant;
  if not found then return null; end if;
  v_revision := public.touch_still(p_tenant, p_still);
  select * into v_still from public.stills where id = p_still;
  if v_still.accepted is not null then return 'done'; end if;
  if v_still.state <> 'flagged' then return 'not_flagged'; end if;
  update public.stills set
    state = 'passed', revision = v_revision,
    accepted = jsonb_build_object('by', p_by, 'reason', p_reason, 'at', to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  where id = p_still;
  return 'done';
end $$;

-- The characters of all casts of a batch: [{characterId, identityId}].
create function public.cast_of_batch(p_tenant uuid, p_batch uuid) returns jsonb language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(distinct jsonb_build_object(
    'characterId', m.value ->> 'characterId', 'identityId', m.value ->> 'identityId')), '[]')
  from public.stills s, jsonb_array_elements(s.manifest -> 'cast') m
  where s.batch_id = p_batch and s.tenant_id = p_tenant;
$$;

revoke all on public.batch_overview from anon, authenticated;
grant select on public.batch_overview to service_role;
revoke all on function public.touch_batch, public.touch_still, public.open_batch, public.save_still_state,
  public.save_batch_state, public.set_batch_budget, public.save_still_picture, public.save_still_check, public.close_still,
  public.close_batch, public.open_still_again, public.accept_still, public.cast_of_batch from public, anon, authenticated;
grant execute on function public.touch_batch, public.touch_still, public.open_batch, public.save_still_state,
  public.save_batch_state, public.set_batch_budget, public.save_still_picture, public.save_still_check, public.close_still,
  public.close_batch, public.open_still_again, public.accept_still, public.cast_of_batch to service_role;
