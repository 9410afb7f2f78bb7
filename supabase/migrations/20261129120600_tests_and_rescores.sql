-- What happens to an identity after it is ready: tests on request, and scores made anew.

-- New images of a ready identity. They are rows of test_images; their summary stays beside the one that was approved.
create table public.retests (
  -- Made from the idempotency key.
  id uuid primary key,
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  identity_id uuid not null,
  number int not null check (number > 0),
  types text[] not null check (cardinality(types) > 0),
  strength int not null,
  state text not null default 'running' check (state in ('running', 'needs_operator', 'done', 'failed', 'cancelled')),
  -- The summary of its images.
  scores jsonb,
  -- [{type, code, message}]
  failed_images jsonb not null default '[]'::jsonb,
  -- Why it did not end well.
  close_reason text,
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  unique (tenant_id, identity_id, number),
  foreign key (tenant_id, identity_id) references public.identities (tenant_id, id) on delete cascade
);
-- One at a time: two would compete for the same budget, and nobody could tell their images apart.
create unique index retests_running on public.retests (identity_id) where state in ('running', 'needs_operator');
create index retests_open_id on public.retests (id) where state in ('running', 'needs_operator');
create index retests_tenant on public.retests (tenant_id, created_at desc, id desc);

-- Scores of an older version, made anew by a newer one from the images that are kept. They are stored beside the old ones,
-- which an approval may have pinned.
create table public.rescores (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  identity_id uuid not null,
  -- The version that the new scores were made with.
  calibration text not null,
  -- [{round, strength, images: [{imageId, …}], scores: {mean, …}}]
  sets jsonb not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, identity_id, calibration),
  foreign key (tenant_id, identity_id) references public.identities (tenant_id, id) on delete cascade
);

-- The test that p_id stands for, and the photos of its identity. A new one gets the next number, unless another one is
-- open: then that one is answered, with `created` false, as it is when the same id comes again.
create function public.open_retest(p_id uuid, p_tenant uuid, p_identity uuid, p_types text[])
returns jsonb language plpgsql set search_path = '' as $$
declare
  v_identity public.identities%rowtype;
  v_retest public.retests%rowtype;
  v_created boolean := false;
begin
  -- The identity's row is the lock under which its tests are numbered.
  select * into v_identity from public.identities where id = p_identity and tenant_id = p_tenant for no key update;
  if not found then raise exception 'no such identity' using errcode = 'PT404'; end if;
  select * into v_retest from public.retests where id = p_id;
  if v_retest.id is null then
    select * into v_retest from public.retests where identity_id = p_identity and state in ('running', 'needs_operator');
  end if;
  if v_retest.id is null then
    if v_identity.stage <> 'ready' then raise exception 'identity is not ready' using errcode = 'P0001'; end if;
    v_created := true;
    insert into public.retests (id, tenant_id, identity_id, number, types, strength)
    values (
      p_id, p_tenant, p_identity,
      (select coalesce(max(number), 0) + 1 from public.retests where identity_id = p_identity),
      p_types, v_identity.reference_strength
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

alter table public.retests enable row level security;
alter table public.rescores enable row level security;
revoke all on public.retests, public.rescores from anon, authenticated;
grant select, insert, update, delete on public.retests, public.rescores to service_role;
revoke all on function public.open_retest from public, anon, authenticated;
grant execute on function public.open_retest to service_role;
