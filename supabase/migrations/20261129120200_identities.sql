-- Identities: the runs that prepare one, their test images, the decisions about them, and the versions that come of them.

create table public.identities (
  id uuid primary key,
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  character_id uuid not null,
  stage text not null default 'validating',
  -- SHA-256 of the request that started it. The same idempotency key with another body is a conflict.
  request_hash text not null,
  photo_ids uuid[] not null,
  -- The photos that it is trained on and scored against, and of these the one that the training does not see. Null until
  -- they are known.
  reference_photo_ids uuid[],
  held_out uuid,
  -- What the character was at the start. Null for identities that were begun before there were nouns: they stay of suite-1.
  subject_kind text,
  subject_noun text,
  -- As it was asked for, so that a repeated start is answered like the first. A later round may count with another one.
  start_strength int not null check (start_strength between 0 and 100),
  reference_strength int not null check (reference_strength between 0 and 100),
  training_steps int not null check (training_steps > 0),
  -- The profiles of the models that it is trained by and drawn with, whatever the defaults become.
  trainer text not null,
  generator text not null,
  archive_key text,
  -- {training, bucket, key, sha256, bytes}
  lora jsonb,
  -- The summary of the newest scored round.
  scores jsonb,
  close_reason text,
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  unique (tenant_id, id),
  constraint identities_subject check ((subject_kind is null) = (subject_noun is null)),
  foreign key (tenant_id, character_id) references public.characters (tenant_id, id) on delete cascade
);
create index identities_tenant on public.identities (tenant_id, created_at desc, id desc);
-- Whole, and not partial on the value: PostgREST prepares its statements, and a plan for any value cannot use an index
-- for some values.
create index identities_tenant_stage on public.identities (tenant_id, stage, created_at desc, id desc);
create index identities_character on public.identities (character_id, created_at desc, id desc);
-- For the metrics, over all tenants.
create index identities_stage on public.identities (stage);
-- To count a tenant's open ones, and to page through the open ones of all tenants.
create index identities_open on public.identities (tenant_id) where closed_at is null;
create index identities_open_id on public.identities (id) where closed_at is null;

-- The approved identities of a character. The stage of an identity says how its run ended; the state of its version says
-- whether it may be used.
create table public.versions (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  character_id uuid not null,
  -- Counts the versions of the character from 1. A version stays as long as its character, so no number is given again.
  number int not null check (number > 0),
  identity_id uuid not null unique,
  -- `revoked` is final; each of the others can be made current.
  state text not null check (state in ('current', 'available', 'retired', 'revoked')),
  -- What was approved: the LoRA, the strength to draw it with, the prompts and the scores of its images.
  lora_sha256 text not null,
  strength int not null check (strength between 0 and 100),
  test_suite text not null,
  scores jsonb not null,
  -- The profiles that it was trained and tested with.
  trainer text not null,
  generator text not null,
  -- The approval. A decision is named by its round and its id.
  decision_round int not null,
  decision_id text not null,
  approved_by text not null,
  created_at timestamptz not null default now(),
  -- The newest change of the state: when, by whom, and why where somebody said it.
  state_changed_at timestamptz not null default now(),
  state_changed_by text not null,
  state_reason text,
  primary key (character_id, number),
  foreign key (tenant_id, character_id) references public.characters (tenant_id, id) on delete cascade,
  -- No cascade: a published identity is deleted with its character only.
  foreign key (tenant_id, identity_id) references public.identities (tenant_id, id)
);
-- At most one is current.
create unique index versions_current on public.versions (character_id) where state = 'current';

-- The rounds of tests on request lie 1000 above the number of the test, so that none is a round of the run.
create table public.test_images (
  id uuid primary key,
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  identity_id uuid not null,
  round int not null,
  type text not null check (type in ('portrait', 'fullbody', 'profile', 'lighting', 'expression')),
  seed bigint not null,
  strength int not null,
  object_key text not null,
  sha256 text not null,
  -- {state: 'scored', score, distance, …} or {state: 'not_scorable', reason, …}; null until it is scored.
  score jsonb,
  created_at timestamptz not null default now(),
  -- A round that misses the gate is tried with other strengths: one image for each of them.
  constraint test_images_one_a_strength unique (tenant_id, identity_id, round, type, strength),
  foreign key (tenant_id, identity_id) references public.identities (tenant_id, id) on delete cascade
);

create table public.decisions (
  id text not null,
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  identity_id uuid not null,
  round int not null,
  verdict text not null check (verdict in ('approve', 'reject')),
  next text check (next in ('regenerate', 'retrain', 'abandon')),
  reason text,
  decided_by text not null,
  via text not null check (via in ('signal', 'update')),
  decided_at timestamptz not null,
  -- The same id in another round is another decision.
  primary key (tenant_id, identity_id, round, id),
  foreign key (tenant_id, identity_id) references public.identities (tenant_id, id) on delete cascade
);

-- An identity with the version that came of it.
create view public.identity_overview with (security_invoker = true) as
  select i.*, v.number as version, v.state as version_state, v.lora_sha256 as version_lora_sha256, v.test_suite
  from public.identities i
  left join public.versions v on v.identity_id = i.id;

-- A character with its current version and with its newest identity.
create view public.character_overview with (security_invoker = true) as
  select
    c.id, c.tenant_id, c.name, c.subject_kind, c.subject_noun, c.created_at,
    r.id as ready_id, v.number as ready_version, r.lora as ready_lora, v.lora_sha256 as ready_lora_sha256,
    v.strength as ready_reference_strength, r.subject_kind as ready_subject_kind,
    r.subject_noun as ready_subject_noun, v.test_suite as ready_test_suite,
    n.id as newest_id, n.stage as newest_stage
  from public.characters c
  left join public.versions v on v.character_id = c.id and v.state = 'current'
  left join public.identities r on r.id = v.identity_id
  left join lateral (
    select i.id, i.stage from public.identities i where i.character_id = c.id
    order by i.created_at desc, i.id desc limit 1
  ) n on true;

-- A start checks everything and writes its row in one call, under one lock. Finds the identity of p_id, or writes it when
-- nothing speaks against it, with the subject that its character has now. Null when the tenant has no such character.
-- Answers {identity}, the row there is now; or {photos, month}, what the character and the tenant have, when that or the
-- number of open runs refuses it: the caller then says why. p_photos: the ids of the chosen photos, null for all.
-- p_limits: {minPhotos, maxPhotos, openRuns, wanted, monthCap, identityCap}; monthCap is for a tenant without a cap of its
-- own.
create function public.start_identity(
  p_id uuid, p_tenant uuid, p_character uuid, p_request_hash text, p_photos uuid[], p_strength int, p_steps int, p_trainer text,
  p_generator text, p_limits jsonb
) returns jsonb language plpgsql set search_path = '' as $$
declare
  v_identity public.identity_overview%rowtype;
  v_all uuid[];
  v_photos uuid[];
  v_month jsonb;
  v_wanted bigint := p_limits ->> 'wanted';
begin
  -- The tenant's row is the lock under which its identities are counted, taken before anything is read: of two equal
  -- starts the second finds the first, of two others the second counts the first.
  perform 1 from public.tenants where id = p_tenant for no key update;
  if not found then raise exception 'no such tenant' using errcode = 'PT404'; end if;
  perform 1 from public.characters where id = p_character and tenant_id = p_tenant;
  if not found then return null; end if;
  select * into v_identity from public.identity_overview where id = p_id and tenant_id = p_tenant;
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
    and (select count(*) from public.identities where tenant_id = p_tenant and closed_at is null)
      < (p_limits ->> 'openRuns')::int
  then
    perform 1 from public.identities where id = p_id;
    if found then raise exception 'no such identity' using errcode = 'PT404'; end if;
    insert into public.identities (
      id, tenant_id, character_id, request_hash, photo_ids, start_strength, reference_strength, training_steps,
      trainer, generator, subject_kind, subject_noun
    )
    select p_id, p_tenant, c.id, p_request_hash, v_photos, p_strength, p_strength, p_steps, p_trainer, p_generator,
      c.subject_kind, c.subject_noun
    -- The lock on the character keeps set_subject from changing it before the new identity can be seen.
    from public.characters c where c.id = p_character for share of c;
    if not found then return null; end if;
    select * into v_identity from public.identity_overview where id = p_id;
    return jsonb_build_object('identity', to_jsonb(v_identity));
  end if;
  return jsonb_build_object('photos', to_jsonb(v_all), 'month', v_month);
end $$;

-- Writes an image, or keeps the id of the one that is there for this identity, round, type and strength. Another picture
-- loses the score of the old one.
create function public.save_test_image(
  p_id uuid, p_tenant uuid, p_identity uuid, p_round int, p_type text, p_seed bigint, p_strength int, p_object_key text,
  p_sha256 text
) returns void language sql set search_path = '' as $$
  insert into public.test_images as t (id, tenant_id, identity_id, round, type, seed, strength, object_key, sha256)
  values (p_id, p_tenant, p_identity, p_round, p_type, p_seed, p_strength, p_object_key, p_sha256)
  on conflict (tenant_id, identity_id, round, type, strength) do update set
    seed = excluded.seed, object_key = excluded.object_key, sha256 = excluded.sha256,
    score = case when t.sha256 = excluded.sha256 then t.score end;
$$;

-- Saves the scores of a set of images with their summary, all or none. p_scores: [{imageId, …}]. The summary of a test on
-- request goes to the row of the test, beside the summary that was approved.
create function public.save_scores(p_tenant uuid, p_identity uuid, p_round int, p_scores jsonb, p_summary jsonb)
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

-- Makes the identity version n of its character, and the current one; the one before stays available. The number is given
-- once: the same call again answers the same number.
create function public.publish_identity(
  p_tenant uuid, p_character uuid, p_identity uuid, p_lora_sha256 text, p_test_suite text, p_scores jsonb,
  p_decision_round int, p_decision text, p_approved_by text, p_reference_strength int
) returns int language plpgsql set search_path = '' as $$
declare
  v_identity public.identities%rowtype;
  v_version int;
begin
  -- The character's row is the lock under which its versions are numbered.
  perform 1 from public.characters where id = p_character and tenant_id = p_tenant for no key update;
  if not found then raise exception 'no such character' using errcode = 'PT404'; end if;
  select * into v_identity from public.identities
  where id = p_identity and tenant_id = p_tenant and character_id = p_character for no key update;
  if not found then raise exception 'no such identity' using errcode = 'PT404'; end if;
  select number into v_version from public.versions where identity_id = p_identity;
  if found then return v_version; end if;
  if v_identity.closed_at is not null then raise exception 'identity is closed' using errcode = 'P0001'; end if;
  if v_identity.lora ->> 'sha256' is distinct from p_lora_sha256 then
    raise exception 'lora differs' using errcode = 'P0001';
  end if;
  select coalesce(max(number), 0) + 1 into v_version from public.versions where character_id = p_character;
  perform public.leave_current(p_character, v_version, p_approved_by);
  insert into public.versions (
    tenant_id, character_id, number, identity_id, state, lora_sha256, strength, test_suite, scores, trainer, generator,
    decision_round, decision_id, approved_by, state_changed_by
  ) values (
    p_tenant, p_character, v_version, p_identity, 'current', p_lora_sha256, p_reference_strength, p_test_suite, p_scores,
    v_identity.trainer, v_identity.generator, p_decision_round, p_decision, p_approved_by, p_approved_by
  );
  update public.identities set
    stage = 'ready', scores = p_scores, reference_strength = p_reference_strength, closed_at = now()
  where id = p_identity;
  return v_version;
end $$;

-- The version that was current becomes available, because version p_next becomes current. The caller has locked the
-- character.
create function public.leave_current(p_character uuid, p_next int, p_by text) returns void
language sql set search_path = '' as $$
  update public.versions set
    state = 'available', state_changed_at = now(), state_changed_by = p_by,
    state_reason = format('Version %s became current.', p_next)
  where character_id = p_character and state = 'current';
$$;

-- Makes a version current, retired or revoked. Answers 'done', also when it is so already; 'version_not_found', or
-- 'version_revoked' when it was revoked and should become something else. Null when the tenant has no such character.
create function public.set_version_state(
  p_tenant uuid, p_character uuid, p_number int, p_state text, p_by text, p_reason text
) returns text language plpgsql set search_path = '' as $$
declare v_state text;
begin
  -- The lock of publish_identity: of two that make different versions current, the second sees what the first did.
  perform 1 from public.characters where id = p_character and tenant_id = p_tenant for no key update;
  if not found then return null; end if;
  select state into v_state from public.versions where character_id = p_character and number = p_number;
  if not found then return 'version_not_found'; end if;
  if v_state = p_state then return 'done'; end if;
  if v_state = 'revoked' then return 'version_revoked'; end if;
  if p_state = 'current' then perform public.leave_current(p_character, p_number, p_by); end if;
  update public.versions set
    state = p_state, state_changed_at = now(), state_changed_by = p_by, state_reason = p_reason
  where character_id = p_character and number = p_number;
  return 'done';
end $$;

alter table public.identities enable row level security;
alter table public.versions enable row level security;
alter table public.test_images enable row level security;
alter table public.decisions enable row level security;
revoke all on public.identities, public.versions, public.test_images, public.decisions, public.identity_overview,
  public.character_overview from anon, authenticated;
grant select, insert, update, delete on public.identities, public.versions, public.test_images, public.decisions
  to service_role;
grant select on public.identity_overview, public.character_overview to service_role;
revoke all on function public.start_identity, public.save_test_image, public.save_scores,
  public.publish_identity, public.leave_current, public.set_version_state from public, anon, authenticated;
grant execute on function public.start_identity, public.save_test_image, public.save_scores,
  public.publish_identity, public.leave_current, public.set_version_state to service_role;
