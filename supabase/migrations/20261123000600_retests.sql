-- Tests on request: new images of an identity that is ready. Their rounds lie 1000 above their number, so that none is a
-- round of the run, and their sum-up stays beside the one that was approved.

alter table public.identities
  -- The photos that it is trained on and scored against, and of them the one that the training does not see; null until
  -- they are known.
  add column reference_photo_ids uuid[],
  add column held_out uuid;

create table public.retests (
  -- Made from the idempotency key.
  id uuid primary key,
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  identity_id uuid not null,
  number int not null check (number > 0),
  types text[] not null check (cardinality(types) > 0),
  strength int not null,
  state text not null default 'running' check (state in ('running', 'done', 'failed', 'cancelled')),
  scores jsonb,
  -- [{type, code, message}]
  failed_images jsonb not null default '[]'::jsonb,
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  unique (tenant_id, identity_id, number),
  foreign key (tenant_id, identity_id) references public.identities (tenant_id, id) on delete cascade
);
-- One at a time: two would compete for the same budget, and nobody could tell their images apart.
create unique index retests_running on public.retests (identity_id) where state = 'running';

-- The test that p_id stands for, and the photos of its identity. A new one gets the next number, unless another one runs: then that one is answered, with
-- `created` false, as it is when the same id comes again.
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
    select * into v_retest from public.retests where identity_id = p_identity and state = 'running';
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

-- As before; the sum-up of a test on request goes to its own row.
create or replace function public.save_scores(p_tenant uuid, p_identity uuid, p_round int, p_scores jsonb, p_summary jsonb)
returns void language plpgsql set search_path = '' as $$
declare v_saved int;
begin
  update public.test_images t set score = s.value
  from jsonb_array_elements(p_scores) s
  where t.tenant_id = p_tenant and t.identity_id = p_identity and t.round = p_round
    and t.id = (s.value ->> 'imageId')::uuid;
  get diagnostics v_saved = row_count;
  if v_saved <> jsonb_array_length(p_scores) then raise exception 'no such test image' using errcode = 'PT404'; end if;
  if p_round > 1000 then
    update public.retests set scores = p_summary
    where tenant_id = p_tenant and identity_id = p_identity and number = p_round - 1000;
    if not found then raise exception 'no such test' using errcode = 'PT404'; end if;
    return;
  end if;
  update public.identities set scores = p_summary where id = p_identity and tenant_id = p_tenant;
  if not found then raise exception 'no such identity' using errcode = 'PT404'; end if;
end $$;

alter table public.retests enable row level security;
revoke all on public.retests from anon, authenticated;
grant select, insert, update, delete on public.retests to service_role;
revoke all on function public.open_retest(uuid, uuid, uuid, text[]) from public, anon, authenticated;
grant execute on function public.open_retest(uuid, uuid, uuid, text[]) to service_role;
