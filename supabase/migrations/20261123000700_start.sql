-- A start looks at everything and writes its row in one call, under one lock.

-- Finds the identity of p_id, or writes it when nothing speaks against it. Null when the tenant has no such character.
-- Answers {identity}, the row there is now; or {photos, month}, what the character and the tenant have, when that or the
-- number of open runs refuses it: who asked says why. p_photos are the photos that are named, null for all.
-- p_limits: {minPhotos, maxPhotos, openRuns, wanted, monthCap, identityCap}; money in micro-dollars, monthCap for a tenant
-- without a cap of its own.
create function public.start_identity(
  p_id uuid, p_tenant uuid, p_character uuid, p_request_hash text, p_photos uuid[], p_strength int, p_steps int, p_limits jsonb
) returns jsonb language plpgsql set search_path = '' as $$
declare
  v_identity public.identities%rowtype;
  v_all uuid[];
  v_photos uuid[];
  v_month jsonb;
  v_wanted bigint := p_limits ->> 'wanted';
  v_opened jsonb;
begin
  -- The lock of open_identity, taken before anything is looked at: of two equal starts, the second finds the first.
  perform 1 from public.tenants where id = p_tenant for no key update;
  if not found then raise exception 'no such tenant' using errcode = 'PT404'; end if;
  perform 1 from public.characters where id = p_character and tenant_id = p_tenant;
  if not found then return null; end if;
  select * into v_identity from public.identities where id = p_id and tenant_id = p_tenant;
  if found then return jsonb_build_object('identity', to_jsonb(v_identity)); end if;

  select coalesce(array_agg(id order by created_at, id), '{}') into v_all
  from public.photos where tenant_id = p_tenant and character_id = p_character;
  v_photos := coalesce(p_photos, v_all);
  v_month := public.month_budget(p_tenant);
  if v_photos <@ v_all
    and cardinality(v_photos) between (p_limits ->> 'minPhotos')::int and (p_limits ->> 'maxPhotos')::int
    and v_wanted <= (p_limits ->> 'identityCap')::bigint
    and (v_month ->> 'reserved')::bigint + (v_month ->> 'charged')::bigint + v_wanted
      <= coalesce(v_month ->> 'cap', p_limits ->> 'monthCap')::bigint
  then
    v_opened := public.open_identity(
      p_id, p_tenant, p_character, p_request_hash, v_photos, p_strength, p_steps, (p_limits ->> 'openRuns')::int);
    if v_opened is not null then return v_opened - 'created'; end if;
  end if;
  return jsonb_build_object('photos', to_jsonb(v_all), 'month', v_month);
end $$;

revoke all on function public.start_identity(uuid, uuid, uuid, text, uuid[], int, int, jsonb) from public, anon, authenticated;
grant execute on function public.start_identity(uuid, uuid, uuid, text, uuid[], int, int, jsonb) to service_role;
