-- After an identity is ready: tests on request, and scores made again.

-- Scores of an older version, made again by a newer one from the stored images. They do not replace the old ones, which
-- an approval may have pinned.
create table public.rescores (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  identity_id uuid not null,
  -- The version of the new scores.
  calibration text not null,
  -- [{set: {kind, number, strength}, images: [{imageId, …}], scores: {mean, …}}]
  sets jsonb not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, identity_id, calibration),
  foreign key (tenant_id, identity_id) references public.identities (tenant_id, id) on delete cascade
);

-- The test of p_id, and the photos of its identity. A new one gets the next number, unless another one is open: then
-- that one is answered, with `created` false, as for a repeated id.
create function public.open_retest(p_id uuid, p_tenant uuid, p_identity uuid, p_types text[])
returns jsonb language plpgsql set search_path = '' as $$
declare
  v_identity public.identities%rowtype;
  v_retest public.picture_sets%rowtype;
  v_created boolean := false;
begin
  -- The identity's row is the lock under which its tests are numbered.
  select * into v_identity from public.identities where id = p_identity and tenant_id = p_tenant for no key update;
  if not found then raise exception 'no such identity' using errcode = 'PT404'; end if;
  select * into v_retest from public.picture_sets where id = p_id;
  if v_retest.id is null then
    select * into v_retest from public.picture_sets
    where identity_id = p_identity and kind = 'retest' and state in ('running', 'needs_operator');
  end if;
  if v_retest.id is null then
    if v_identity.stage <> 'ready' then raise exception 'identity is not ready' using errcode = 'P0001'; end if;
    v_created := true;
    insert into public.picture_sets (id, tenant_id, identity_id, kind, number, strength, types)
    values (
      p_id, p_tenant, p_identity, 'retest',
      (select coalesce(max(number), 0) + 1 from public.picture_sets where identity_id = p_identity and kind = 'retest'),
      v_identity.reference_strength, p_types
    )
    returning * into v_retest;
  end if;
  if v_retest.tenant_id <> p_tenant then raise exception 'no such test' using errcode = 'PT404'; end if;
  return jsonb_build_object(
    'retest', to_jsonb(v_retest),
    'created', v_created,
    'photos', to_jsonb(coalesce(v_identity.reference_photo_ids, v_identity.photo_ids)),
    'held_out', v_identity.held_out
  );
end $$;

alter table public.rescores enable row level security;
revoke all on public.rescores from anon, authenticated;
grant select, insert, update, delete on public.rescores to service_role;
revoke all on function public.open_retest from public, anon, authenticated;
grant execute on function public.open_retest to service_role;
