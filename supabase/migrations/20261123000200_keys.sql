-- What a key may do, until when, and when it was last used; and how many runs a tenant may have open.

-- The keys that are there could do everything, and still can. A new one says what it may do.
alter table public.api_keys
  add column scopes text[] not null default array['characters', 'identities', 'approve', 'stills', 'ledger', 'admin']
    constraint api_keys_scopes check (
      cardinality(scopes) > 0 and scopes <@ array['characters', 'identities', 'approve', 'stills', 'ledger', 'admin']
    ),
  add column expires_at timestamptz,
  -- To the minute.
  add column last_used_at timestamptz;
alter table public.api_keys alter column scopes drop default;
create index api_keys_prefix on public.api_keys (prefix);

-- Answers a repeated start as it was answered first: a later round may count with another strength.
alter table public.identities add column start_strength int check (start_strength between 0 and 100);
update public.identities set start_strength = reference_strength;
alter table public.identities alter column start_strength set not null;

create index identities_open on public.identities (tenant_id) where closed_at is null;

-- Finds the identity or writes it. Answers {identity, created}, or null when the tenant has p_max_open open ones already.
create function public.open_identity(
  p_id uuid, p_tenant uuid, p_character uuid, p_request_hash text, p_photos uuid[], p_strength int, p_steps int, p_max_open int
) returns jsonb language plpgsql set search_path = '' as $$
declare v_identity public.identities%rowtype;
begin
  -- The tenant's row is the lock under which its identities are counted: of two at once, the second counts the first.
  perform 1 from public.tenants where id = p_tenant for no key update;
  if not found then raise exception 'no such tenant' using errcode = 'PT404'; end if;
  select * into v_identity from public.identities where id = p_id;
  if v_identity.id is not null then
    if v_identity.tenant_id <> p_tenant then raise exception 'no such identity' using errcode = 'PT404'; end if;
    return jsonb_build_object('identity', to_jsonb(v_identity), 'created', false);
  end if;
  if (select count(*) from public.identities where tenant_id = p_tenant and closed_at is null) >= p_max_open then
    return null;
  end if;
  insert into public.identities
    (id, tenant_id, character_id, request_hash, photo_ids, start_strength, reference_strength, training_steps)
  values (p_id, p_tenant, p_character, p_request_hash, p_photos, p_strength, p_strength, p_steps)
  returning * into v_identity;
  return jsonb_build_object('identity', to_jsonb(v_identity), 'created', true);
end $$;

revoke all on function public.open_identity(uuid, uuid, uuid, text, uuid[], int, int, int) from public, anon, authenticated;
grant execute on function public.open_identity(uuid, uuid, uuid, text, uuid[], int, int, int) to service_role;
