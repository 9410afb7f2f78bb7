-- Identities: the runs that prepare one, their sets of pictures, the decisions about them, and their versions.

create table public.identities (
  id uuid primary key,
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  character_id uuid not null,
  stage text not null default 'validating',
  -- SHA-256 of the start request. The same idempotency key with another body is a conflict.
  request_hash text not null,
  photo_ids uuid[] not null,
  -- The photos for training and scores, and the one that is held out of the training. Null until they are known.
  reference_photo_ids uuid[],
  held_out uuid,
  -- The character's subject at the start. Null for identities from before class nouns: they keep suite-1.
  subject_kind text,
  subject_noun text,
  -- The requested settings, so that a repeated start gets the same answer. A later round may use others.
  start_strength int not null check (start_strength between 0 and 100),
  reference_strength int not null check (reference_strength between 0 and 100),
  training_steps int not null check (training_steps > 0),
  -- The profiles of its models; later defaults do not change them.
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

-- The approved identities of a character. The stage of an identity says how its run ended; the state of its version
-- says whether it may be used.
create table public.versions (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  character_id uuid not null,
  -- Counts the versions of the character from 1. A version stays as long as its character, so no number is given again.
  number int not null check (number > 0),
  identity_id uuid not null unique,
  -- `revoked` is final; each of the others can be made current.
  state text not null check (state in ('current', 'available', 'retired', 'revoked')),
  -- The approved data: the LoRA, the strength, the prompts and the scores of its images.
  lora_sha256 text not null,
  strength int not null check (strength between 0 and 100),
  test_suite text not null,
  scores jsonb not null,
  -- The profiles of its training and its test.
  trainer text not null,
  generator text not null,
  -- The approval. A decision is identified by its round and its id.
  decision_round int not null,
  decision_id text not null,
  approved_by text not null,
  created_at timestamptz not null default now(),
  -- The newest change of the state: when, by whom, and optionally why.
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

-- The pictures of one round, rescue or test on request, which are made together and scored together.
create table public.picture_sets (
  -- Of a test on request: derived from the idempotency key.
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  identity_id uuid not null,
  -- `rescue`: a round that missed the gate, with another strength. `retest`: a test on request of a ready identity.
  kind text not null check (kind in ('round', 'rescue', 'retest')),
  -- Of the round, or of the test on request.
  number int not null check (number > 0),
  strength int not null check (strength between 0 and 100),
  -- The types of a test on request; empty for the sets of a run.
  types text[] not null default '{}' check (kind <> 'retest' or cardinality(types) > 0),
  -- The state of a test on request. A set of a run is done once it is scored; if it is not scored when its run ends, it
  -- is cancelled or failed with the run, and the identity has the reason.
  state text not null default 'running' check (state in ('running', 'needs_operator', 'done', 'failed', 'cancelled')),
  -- The summary of its pictures.
  scores jsonb,
  -- [{type, code, message}], of a test on request.
  failed_images jsonb not null default '[]'::jsonb,
  -- Why a test on request did not end well.
  close_reason text,
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  unique (tenant_id, id),
  unique (tenant_id, identity_id, kind, number, strength),
  constraint picture_sets_end check ((closed_at is null) = (state in ('running', 'needs_operator'))),
  foreign key (tenant_id, identity_id) references public.identities (tenant_id, id) on delete cascade
);
-- One test on request at a time: two would compete for one budget, and their images could not be distinguished.
create unique index picture_sets_test on public.picture_sets (identity_id)
  where kind = 'retest' and state in ('running', 'needs_operator');
create index picture_sets_open_tests on public.picture_sets (id)
  where kind = 'retest' and state in ('running', 'needs_operator');
create index picture_sets_tenant on public.picture_sets (tenant_id, kind, created_at desc, id desc);

-- A picture of a set, or of a still.
create table public.pictures (
  id uuid primary key,
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  set_id uuid,
  still_id uuid,
  -- Of a set.
  type text check (type in ('portrait', 'fullbody', 'profile', 'lighting', 'expression')),
  seed bigint not null,
  object_key text not null,
  sha256 text not null,
  -- Of a set: {state: 'scored', score, distance, …} or {state: 'not_scorable', reason, …}; null until it is scored.
  score jsonb,
  -- Of a still: counts its pictures from 1, one for each payment.
  number int check (number > 0),
  -- `repaint`: some faces of the picture `base` were painted anew.
  pass text check (pass in ('draw', 'repaint')),
  base int,
  width int,
  height int,
  -- The provider's checker flagged it.
  flagged boolean,
  -- {calibration, size, faces, findings}; null until it is checked.
  checked jsonb,
  created_at timestamptz not null default now(),
  unique (set_id, type),
  unique (still_id, number),
  constraint pictures_of_one check ((set_id is null) <> (still_id is null)),
  constraint pictures_of_sets check ((set_id is null) = (type is null)),
  constraint pictures_of_stills check (
    (still_id is null) = (number is null) and (still_id is null) = (pass is null) and (still_id is null) = (flagged is null)
    and (still_id is null) = (width is null) and (still_id is null) = (height is null)
    and (base is not null) = (pass is not distinct from 'repaint')),
  foreign key (tenant_id, set_id) references public.picture_sets (tenant_id, id) on delete cascade,
  foreign key (tenant_id, still_id) references public.stills (tenant_id, id) on delete cascade
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

-- An identity with its version.
create view public.identity_overview with (security_invoker = true) as
  select i.*, v.number as version, v.state as version_state, v.lora_sha256 as version_lora_sha256, v.test_suite
  from public.identities i
  left join public.versions v on v.identity_id = i.id;

-- A picture of a set, with that set.
create view public.picture_overview with (security_invoker = true) as
  select p.id, p.tenant_id, p.set_id, p.type, p.seed, p.object_key, p.sha256, p.score, p.created_at,
    s.identity_id, s.kind, s.number, s.strength
  from public.pictures p
  join public.picture_sets s on s.id = p.set_id;

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

-- A start checks everything and writes its row in one call, under one lock. Finds the identity of p_id, or writes it if
-- the limits allow it, with the current subject of its character. Null when the tenant has no such character. Answers
-- {identity}, the row now; or {photos, month}, the data of the character and the tenant, when these or the number of
-- open runs do not allow it: the caller then gives the reason. p_photos: the ids of the chosen photos, null for all.
-- p_limits: {minPhotos, maxPhotos, openRuns, wanted, monthCap, identityCap}; monthCap is for a tenant without its own
-- cap.
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
  -- The tenant's row is the lock under which its identities are counted, taken before any read: of two equal starts the
  -- second finds the first, of two others the second counts the first.
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
    -- The lock on the character stops set_subject until the new identity is visible.
    from public.characters c where c.id = p_character for share of c;
    if not found then return null; end if;
    select * into v_identity from public.identity_overview where id = p_id;
    return jsonb_build_object('identity', to_jsonb(v_identity));
  end if;
  return jsonb_build_object('photos', to_jsonb(v_all), 'month', v_month);
end $$;

-- Writes a picture, and the set of a run if it does not exist; or keeps the id of the existing picture of this set and
-- type. A different picture loses the old one's score.
create function public.save_picture(
  p_id uuid, p_tenant uuid, p_identity uuid, p_kind text, p_number int, p_strength int, p_type text, p_seed bigint,
  p_object_key text, p_sha256 text
) returns void language plpgsql set search_path = '' as $$
declare
  v_identity public.identities%rowtype;
  v_state text := 'running';
begin
  -- A shared lock allows other pictures, but not the end of the run: the set exists before that end, or starts ended.
  select * into v_identity from public.identities where id = p_identity and tenant_id = p_tenant for share;
  if not found then raise exception 'no such identity' using errcode = 'PT404'; end if;
  if v_identity.closed_at is not null then v_state := public.unscored_end(v_identity.stage); end if;
  if p_kind <> 'retest' then
    insert into public.picture_sets (tenant_id, identity_id, kind, number, strength, state, closed_at)
    values (p_tenant, p_identity, p_kind, p_number, p_strength, v_state, v_identity.closed_at)
    on conflict (tenant_id, identity_id, kind, number, strength) do nothing;
  end if;
  insert into public.pictures as p (id, tenant_id, set_id, type, seed, object_key, sha256)
  select p_id, p_tenant, s.id, p_type, p_seed, p_object_key, p_sha256
  from public.picture_sets s
  where s.tenant_id = p_tenant and s.identity_id = p_identity
    and s.kind = p_kind and s.number = p_number and s.strength = p_strength
  on conflict (set_id, type) do update set
    seed = excluded.seed, object_key = excluded.object_key, sha256 = excluded.sha256,
    score = case when p.sha256 = excluded.sha256 then p.score end;
  if not found then raise exception 'no such set' using errcode = 'PT404'; end if;
end $$;

-- Saves the scores of a set with their summary, all or none. p_scores: [{imageId, …}]. In a run the summary is the
-- identity's too; that of a test on request does not change the approved one. A set that has ended keeps its end.
create function public.save_scores(
  p_tenant uuid, p_identity uuid, p_kind text, p_number int, p_strength int, p_scores jsonb, p_summary jsonb
) returns void language plpgsql set search_path = '' as $$
declare
  v_set uuid;
  v_saved int;
begin
  -- The identity before its sets, as at the end of a run: the opposite order could end in a deadlock.
  if p_kind <> 'retest' then
    update public.identities set scores = p_summary where id = p_identity and tenant_id = p_tenant;
  end if;
  update public.picture_sets set
    scores = p_summary,
    state = case when kind <> 'retest' and state = 'running' then 'done' else state end,
    closed_at = case when kind <> 'retest' then coalesce(closed_at, now()) else closed_at end
  where tenant_id = p_tenant and identity_id = p_identity and kind = p_kind and number = p_number and strength = p_strength
  returning id into v_set;
  if not found then raise exception 'no such set' using errcode = 'PT404'; end if;
  update public.pictures p set score = s.value
  from jsonb_array_elements(p_scores) s
  where p.set_id = v_set and p.id = (s.value ->> 'imageId')::uuid;
  get diagnostics v_saved = row_count;
  if v_saved <> jsonb_array_length(p_scores) then raise exception 'no such picture' using errcode = 'PT404'; end if;
end $$;

-- The state of a set that is not scored when its run ends in this stage.
create function public.unscored_end(p_stage text) returns text language sql immutable set search_path = '' as $$
  select case p_stage when 'cancelled' then 'cancelled' else 'failed' end;
$$;

-- Ends the sets of a run that has just ended. The caller has locked the identity.
create function public.end_sets(p_identity uuid) returns void language sql set search_path = '' as $$
  update public.picture_sets s set state = public.unscored_end(i.stage), closed_at = i.closed_at
  from public.identities i
  where i.id = p_identity and s.tenant_id = i.tenant_id and s.identity_id = i.id and s.kind <> 'retest'
    and s.state = 'running';
$$;

-- Writes the end of a run that did not become ready. One that has ended keeps its end.
create function public.close_identity(p_tenant uuid, p_identity uuid, p_stage text, p_reason text)
returns void language plpgsql set search_path = '' as $$
begin
  update public.identities set stage = p_stage, close_reason = p_reason, closed_at = now()
  where id = p_identity and tenant_id = p_tenant and closed_at is null;
  if found then
    perform public.end_sets(p_identity);
    return;
  end if;
  perform 1 from public.identities where id = p_identity and tenant_id = p_tenant;
  if not found then raise exception 'no such identity' using errcode = 'PT404'; end if;
end $$;

-- Makes the identity version n of its character, and the current one; the one before becomes available. The number is
-- given once: the same call again answers the same number.
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
  perform public.end_sets(p_identity);
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

-- Makes a version current, retired or revoked. Answers 'done', also when nothing changes; 'version_not_found', or
-- 'version_revoked' for another state of a revoked one. Null when the tenant has no such character.
create function public.set_version_state(
  p_tenant uuid, p_character uuid, p_number int, p_state text, p_by text, p_reason text
) returns text language plpgsql set search_path = '' as $$
declare v_state text;
begin
  -- The lock of publish_identity: of two concurrent changes of the current version, the second sees the first.
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
alter table public.picture_sets enable row level security;
alter table public.pictures enable row level security;
alter table public.decisions enable row level security;
revoke all on public.identities, public.versions, public.picture_sets, public.pictures, public.decisions,
  public.identity_overview, public.picture_overview, public.character_overview from anon, authenticated;
grant select, insert, update, delete on public.identities, public.versions, public.picture_sets, public.pictures,
  public.decisions to service_role;
grant select on public.identity_overview, public.picture_overview, public.character_overview to service_role;
revoke all on function public.start_identity, public.save_picture, public.save_scores, public.unscored_end,
  public.end_sets, public.close_identity, public.publish_identity, public.leave_current, public.set_version_state
  from public, anon, authenticated;
grant execute on function public.start_identity, public.save_picture, public.save_scores, public.unscored_end,
  public.end_sets, public.close_identity, public.publish_identity, public.leave_current, public.set_version_state
  to service_role;
