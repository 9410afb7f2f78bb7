-- Batches and stills whose workflow is gone, and what a person asks for twice. Locks are taken in the order of drawing.sql.

alter table public.stills
  -- Since when it is open: it was asked for, or a person asked for a further pass.
  add column opened_at timestamptz not null default now(),
  -- The requests for further passes, in their order: a repeat of any of them opens nothing.
  add column again_ids uuid[] not null default '{}';
update public.stills set opened_at = created_at;
-- Only the newest request is known of a still of before.
update public.stills set again_ids = (
  select array_agg(case n when again then again_id else gen_random_uuid() end order by n) from generate_series(1, again) n)
where again > 0;
alter table public.stills
  drop column again_id,
  add constraint stills_again check (cardinality(again_ids) = again);
-- Which picture was accepted.
update public.stills set accepted = accepted || jsonb_build_object('picture', best) where accepted is not null;

-- Stills that have been begun and have not ended: each has a workflow of its own.
create view public.stills_under_way with (security_invoker = true) as
  select id, tenant_id, batch_id, number, again, opened_at from public.stills where closed_at is null and state <> 'queued';
drop index public.stills_open;
create index stills_under_way_id on public.stills (id) where closed_at is null and state <> 'queued';

-- Open paid requests that no open run, test or still waits for; those of the proxy are included. The ids of the workflows
-- are those of domain/keys.ts. A still waits for those of its newest workflow alone.
create or replace view public.unfollowed_calls with (security_invoker = true) as
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
      select 1 from public.stills s
      where c.subject_kind = 'still' and s.id = c.subject_id and s.closed_at is null
        and c.workflow_id = 'stills/' || s.batch_id || '/' || s.number
          || case s.again when 0 then '' else '/again/' || s.again end);

-- Changes what a batch may cost; what it costs already changes nothing. Null when the tenant has no such batch.
create or replace function public.set_batch_budget(p_tenant uuid, p_batch uuid, p_budget bigint) returns boolean
language sql set search_path = '' as $$
  update public.batches set
    budget_micros = p_budget, revision = revision + case budget_micros when p_budget then 0 else 1 end
  where id = p_batch and tenant_id = p_tenant returning true;
$$;

drop function public.close_still(uuid, uuid, text, int, int, text);
-- Ends a still; with p_again, only if that further pass of it is its newest. One that keeps the picture that a person accepted
-- is passed, as before. True for the call that wrote the end.
create function public.close_still(
  p_tenant uuid, p_still uuid, p_state text, p_best int, p_repairs int, p_reason text, p_again int default null
) returns boolean language plpgsql set search_path = '' as $$
declare
  v_revision bigint := public.touch_still(p_tenant, p_still);
  v_still public.stills%rowtype;
  v_accepted boolean;
begin
  select * into v_still from public.stills where id = p_still;
  v_accepted := coalesce((v_still.accepted ->> 'picture')::int = coalesce(p_best, v_still.best), false);
  update public.stills set
    state = case when v_accepted then 'passed' else p_state end,
    accepted = case when v_accepted then accepted end,
    best = coalesce(p_best, best), repairs = greatest(repairs, p_repairs), close_reason = p_reason,
    closed_at = now(), revision = v_revision
  where id = p_still and closed_at is null and again = coalesce(p_again, again);
  return found;
end $$;

-- Opens a still that has ended for one more pass, once for each id. What it and its batch may cost rises by the price, from
-- what they have cost where that is more: a pass that a person asked for is never without a budget. Answers {again}, the
-- number of this pass, or {running} while another one is open. Null when the tenant has no such still.
create or replace function public.open_still_again(p_tenant uuid, p_still uuid, p_id uuid, p_kind text, p_price bigint)
returns jsonb language plpgsql set search_path = '' as $$
declare
  v_still public.stills%rowtype;
  v_revision bigint;
  v_batch_spend jsonb;
  v_spend jsonb;
begin
  perform 1 from public.stills where id = p_still and tenant_id = p_tenant;
  if not found then return null; end if;
  v_revision := public.touch_still(p_tenant, p_still);
  select * into v_still from public.stills where id = p_still;
  if p_id = any (v_still.again_ids) then
    return jsonb_build_object('again', array_position(v_still.again_ids, p_id));
  end if;
  if v_still.closed_at is null then return jsonb_build_object('running', true); end if;
  v_batch_spend := public.batch_spend(v_still.batch_id);
  v_spend := public.subject_spend(p_tenant, 'still', p_still);
  update public.batches set
    budget_micros = p_price
      + greatest(budget_micros, (v_batch_spend ->> 'reserved')::bigint + (v_batch_spend ->> 'charged')::bigint)
  where id = v_still.batch_id;
  update public.stills set
    state = 'repairing', closed_at = null, close_reason = null, opened_at = now(), again = again + 1,
    again_ids = again_ids || p_id, again_kind = p_kind, revision = v_revision,
    cap_micros = p_price + greatest(cap_micros, (v_spend ->> 'reserved')::bigint + (v_spend ->> 'charged')::bigint)
  where id = p_still;
  return jsonb_build_object('again', v_still.again + 1);
end $$;

-- A person accepts a flagged still, with the picture that is kept. 'done', also the second time; 'not_flagged'; null when
-- the tenant has no such still.
create or replace function public.accept_still(p_tenant uuid, p_still uuid, p_by text, p_reason text) returns text
language plpgsql set search_path = '' as $$
declare
  v_still public.stills%rowtype;
  v_revision bigint;
begin
  perform 1 from public.stills where id = p_still and tenant_id = p_tenant;
  if not found then return null; end if;
  v_revision := public.touch_still(p_tenant, p_still);
  select * into v_still from public.stills where id = p_still;
  if v_still.closed_at is null then return 'not_flagged'; end if;
  if v_still.accepted is not null then return 'done'; end if;
  if v_still.state <> 'flagged' then return 'not_flagged'; end if;
  update public.stills set
    state = 'passed', revision = v_revision,
    accepted = jsonb_build_object('by', p_by, 'reason', p_reason, 'picture', v_still.best,
      'at', to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  where id = p_still;
  return 'done';
end $$;

revoke all on public.stills_under_way from anon, authenticated;
grant select on public.stills_under_way to service_role;
revoke all on function public.close_still from public, anon, authenticated;
grant execute on function public.close_still to service_role;
