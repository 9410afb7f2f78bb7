-- Lists that stay fast, and locks that are taken in one order.

-- Whole, and not partial on the value: PostgREST prepares its statements, and a plan for any value can't use an index for
-- some.
create index provider_calls_state on public.provider_calls (tenant_id, state, created_at desc, id desc);
create index identities_tenant_stage on public.identities (tenant_id, stage, created_at desc, id desc);
-- For the foreign key: without it every deleted identity reads all characters.
create index characters_ready_identity on public.characters (ready_identity_id);

-- As before; the photos are locked in the order of their ids first, so that two who name the same ones in another order
-- wait for each other instead of ending in a deadlock.
create or replace function public.save_photo_reports(p_tenant uuid, p_reports jsonb) returns void language plpgsql set search_path = '' as $$
declare v_saved int;
begin
  perform 1 from public.photos p where p.tenant_id = p_tenant
    and p.id in (select (r.value ->> 'photoId')::uuid from jsonb_array_elements(p_reports) r)
    order by p.id for no key update;
  update public.photos p set verdict = r.value ->> 'verdict', findings = r.value -> 'findings'
  from jsonb_array_elements(p_reports) r
  where p.tenant_id = p_tenant and p.id = (r.value ->> 'photoId')::uuid;
  get diagnostics v_saved = row_count;
  if v_saved <> jsonb_array_length(p_reports) then raise exception 'no such photo' using errcode = 'PT404'; end if;
end $$;

-- As before; whoever ends all deliveries of an endpoint locks the endpoint before any of them. Two that each held their own
-- delivery waited for each other's.
create or replace function public.note_webhook_attempt(
  p_delivery uuid, p_state text, p_status int, p_error text, p_gone boolean
) returns void language plpgsql set search_path = '' as $$
declare v_endpoint uuid;
begin
  if p_gone then
    perform 1 from public.webhook_endpoints e
    where e.id = (select d.endpoint_id from public.webhook_deliveries d where d.id = p_delivery) for no key update;
  end if;
  update public.webhook_deliveries set
    state = p_state, attempts = attempts + 1, last_status = p_status, last_error = p_error, last_attempt_at = now()
  where id = p_delivery and state = 'pending' returning endpoint_id into v_endpoint;
  if p_gone then
    update public.webhook_endpoints set disabled_at = now() where id = v_endpoint and disabled_at is null;
    update public.webhook_deliveries set state = 'failed', last_error = 'The endpoint is disabled'
    where endpoint_id = v_endpoint and state = 'pending';
  end if;
end $$;

-- As before; the deliveries of one occasion are written in the order of their endpoints, whoever writes them.
create or replace function public.enqueue_webhooks(p_tenant uuid, p_identity uuid, p_event text, p_occasion text, p_data jsonb)
returns setof uuid language plpgsql set search_path = '' as $$
begin
  insert into public.webhook_deliveries (tenant_id, endpoint_id, event, occasion, data)
  select p_tenant, e.id, p_event, p_occasion,
    jsonb_build_object('identityId', i.id, 'characterId', i.character_id) || p_data
  from public.webhook_endpoints e
  join public.identities i on i.tenant_id = e.tenant_id and i.id = p_identity
  where e.tenant_id = p_tenant and e.disabled_at is null and p_event = any (e.events)
  order by e.id
  on conflict (endpoint_id, occasion) do nothing;
  return query select d.id from public.webhook_deliveries d
  where d.tenant_id = p_tenant and d.occasion = p_occasion and d.state = 'pending';
end $$;

-- The oldest tenant, made when there is none: of two first starts at once the second finds the first one's.
create function public.first_tenant() returns uuid language plpgsql set search_path = '' as $$
declare v_tenant uuid;
begin
  select id into v_tenant from public.tenants order by created_at, id limit 1;
  if v_tenant is not null then return v_tenant; end if;
  -- A lock of its own: whoever adds another tenant need not wait for it.
  perform pg_advisory_xact_lock(hashtext('likeness.first_tenant'));
  select id into v_tenant from public.tenants order by created_at, id limit 1;
  if v_tenant is null then insert into public.tenants (name) values ('default') returning id into v_tenant; end if;
  return v_tenant;
end $$;
revoke all on function public.first_tenant() from public, anon, authenticated;
grant execute on function public.first_tenant() to service_role;
