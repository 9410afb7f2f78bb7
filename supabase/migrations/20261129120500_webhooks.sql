-- Outbound webhooks: the events that each tenant's endpoints subscribe to, and the state of every delivery.

-- The secret of an endpoint is stored as it is, because each delivery is signed with it.
create table public.webhook_endpoints (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  url text not null,
  secret text not null,
  events text[] not null check (cardinality(events) > 0),
  created_at timestamptz not null default now(),
  -- Its receiver answered that it is gone; nothing more is sent to it.
  disabled_at timestamptz,
  unique (tenant_id, id)
);
create index webhook_endpoints_tenant on public.webhook_endpoints (tenant_id, created_at desc, id desc);

create table public.webhook_deliveries (
  -- Also the webhook-id that the receiver sees.
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  endpoint_id uuid not null,
  event text not null,
  -- Identifies the event, so that a repeated step sends it once.
  occasion text not null,
  -- {identityId, characterId, stage, round?, test?}, or {batchId, state, stillId?, number?, findings?, counts?}
  data jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  -- Reset when the delivery is sent again.
  attempts int not null default 0,
  -- Of the last attempt: the receiver's answer, or why there was none.
  last_status int,
  last_error text,
  last_attempt_at timestamptz,
  created_at timestamptz not null default now(),
  unique (endpoint_id, occasion),
  foreign key (tenant_id, endpoint_id) references public.webhook_endpoints (tenant_id, id) on delete cascade
);
create index webhook_deliveries_endpoint on public.webhook_deliveries (endpoint_id, created_at desc, id desc);
create index webhook_deliveries_occasion on public.webhook_deliveries (tenant_id, occasion);

-- A new endpoint, while the tenant has fewer than p_most. No row, and nothing written, otherwise.
create function public.create_webhook_endpoint(p_tenant uuid, p_url text, p_secret text, p_events text[], p_most int)
returns setof public.webhook_endpoints language plpgsql set search_path = '' as $$
begin
  -- The tenant's row is the lock under which its endpoints are counted.
  perform 1 from public.tenants where id = p_tenant for no key update;
  if not found then raise exception 'no such tenant' using errcode = 'PT404'; end if;
  if (select count(*) from public.webhook_endpoints where tenant_id = p_tenant) >= p_most then return; end if;
  return query insert into public.webhook_endpoints (tenant_id, url, secret, events)
    values (p_tenant, p_url, p_secret, p_events) returning *;
end $$;

-- Writes a delivery to each endpoint of the tenant that subscribes to the event. The same occasion again finds the same
-- deliveries. Answers the ids of those that are still to be sent.
-- It is about an identity or a batch of stills of the tenant; the other one is null.
create function public.enqueue_webhooks(
  p_tenant uuid, p_identity uuid, p_batch uuid, p_event text, p_occasion text, p_data jsonb
) returns setof uuid language plpgsql set search_path = '' as $$
begin
  insert into public.webhook_deliveries (tenant_id, endpoint_id, event, occasion, data)
  select p_tenant, e.id, p_event, p_occasion, about.ids || p_data
  from public.webhook_endpoints e
  cross join (
    select jsonb_build_object('identityId', i.id, 'characterId', i.character_id) as ids
    from public.identities i where i.tenant_id = p_tenant and i.id = p_identity
    union all
    select jsonb_build_object('batchId', b.id) from public.batches b where b.tenant_id = p_tenant and b.id = p_batch
  ) about
  where e.tenant_id = p_tenant and e.disabled_at is null and p_event = any (e.events)
  -- One order for all callers, so that two of one occasion do not end in a deadlock.
  order by e.id
  on conflict (endpoint_id, occasion) do nothing;
  return query select d.id from public.webhook_deliveries d
  where d.tenant_id = p_tenant and d.occasion = p_occasion and d.state = 'pending';
end $$;

-- Records the outcome of an attempt. A delivery that has ended keeps its end. p_gone: the receiver is gone.
create function public.note_webhook_attempt(
  p_delivery uuid, p_state text, p_status int, p_error text, p_gone boolean
) returns void language plpgsql set search_path = '' as $$
declare v_endpoint uuid;
begin
  -- The call that ends all deliveries of an endpoint locks the endpoint before any of them. Without that, two calls
  -- that each hold their own delivery would wait for each other's.
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

alter table public.webhook_endpoints enable row level security;
alter table public.webhook_deliveries enable row level security;
revoke all on public.webhook_endpoints, public.webhook_deliveries from anon, authenticated;
grant select, insert, update, delete on public.webhook_endpoints, public.webhook_deliveries to service_role;
revoke all on function public.create_webhook_endpoint, public.enqueue_webhooks, public.note_webhook_attempt
  from public, anon, authenticated;
grant execute on function public.create_webhook_endpoint, public.enqueue_webhooks, public.note_webhook_attempt
  to service_role;
