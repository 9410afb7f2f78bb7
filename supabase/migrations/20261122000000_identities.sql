-- Characters, their photos, identities and what became of them. Only the service role reads and writes: row level
-- security is on everywhere and no policy lets anyone else in. Children name their parent together with its tenant,
-- so that no row of one tenant can ever hang on a row of another.

create table public.tenants (
  id uuid primary key default gen_random_uuid(),
  name text not null check (char_length(name) between 1 and 200),
  -- What it may spend in a month, in micro-dollars, until it is changed; null: the cap in the settings.
  monthly_cap_micros bigint check (monthly_cap_micros >= 0),
  created_at timestamptz not null default now()
);

create table public.api_keys (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  name text not null,
  -- The first characters of the key, to recognise it by, and the SHA-256 of the whole.
  prefix text not null,
  hash text not null unique,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

create table public.characters (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  -- The identity that production uses; set when a version is published.
  ready_identity_id uuid,
  -- The newest version that was ever published. Kept here, so that no number is given twice when one is erased.
  last_version int not null default 0,
  created_at timestamptz not null default now(),
  unique (tenant_id, id)
);
create index characters_tenant on public.characters (tenant_id, created_at desc, id desc);

create table public.photos (
  id uuid primary key,
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  character_id uuid not null,
  object_key text not null,
  -- Of the file as it came, so that the same file twice is recognised.
  source_sha256 text not null,
  width int not null,
  height int not null,
  verdict text not null check (verdict in ('accepted', 'warned', 'rejected')),
  findings jsonb not null default '[]'::jsonb,
  created_at timestamptz not null default now(),
  foreign key (tenant_id, character_id) references public.characters (tenant_id, id) on delete cascade
);
create index photos_character on public.photos (tenant_id, character_id, created_at, id);

create table public.identities (
  id uuid primary key,
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  character_id uuid not null,
  stage text not null default 'validating',
  -- SHA-256 of the request that started it: the same idempotency key with another body is a conflict.
  request_hash text not null,
  photo_ids uuid[] not null,
  reference_strength int not null check (reference_strength between 0 and 100),
  training_steps int not null check (training_steps > 0),
  archive_key text,
  -- {training, bucket, key, sha256, bytes, providerUrl}
  lora jsonb,
  -- The sum-up of the newest scored round.
  scores jsonb,
  -- What a publication pins; null until then.
  version int,
  test_suite text,
  lora_sha256 text,
  decision_id text,
  approved_by text,
  close_reason text,
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  unique (tenant_id, id),
  unique (character_id, version),
  foreign key (tenant_id, character_id) references public.characters (tenant_id, id) on delete cascade
);
create index identities_tenant on public.identities (tenant_id, created_at desc, id desc);
create index identities_character on public.identities (character_id, created_at desc, id desc);
alter table public.characters
  add constraint characters_ready_identity foreign key (ready_identity_id) references public.identities (id) on delete set null;

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
  score jsonb,
  created_at timestamptz not null default now(),
  unique (tenant_id, identity_id, round, type),
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
  primary key (tenant_id, identity_id, id),
  foreign key (tenant_id, identity_id) references public.identities (tenant_id, id) on delete cascade
);

-- A character with the identity that production uses and the newest one.
create view public.character_overview with (security_invoker = true) as
  select
    c.id, c.tenant_id, c.name, c.created_at,
    r.id as ready_id, r.version as ready_version, r.lora as ready_lora, r.lora_sha256 as ready_lora_sha256,
    r.reference_strength as ready_reference_strength,
    n.id as newest_id, n.stage as newest_stage
  from public.characters c
  left join public.identities r on r.id = c.ready_identity_id
  left join lateral (
    select i.id, i.stage from public.identities i where i.character_id = c.id
    order by i.created_at desc, i.id desc limit 1
  ) n on true;

-- Functions say what is missing by SQLSTATE PT404, which PostgREST answers as 404, and what they refuse by P0001.

-- The reports of several photos, all or none. p_reports: [{photoId, verdict, findings}].
create function public.save_photo_reports(p_tenant uuid, p_reports jsonb) returns void language plpgsql set search_path = '' as $$
declare v_saved int;
begin
  update public.photos p set verdict = r.value ->> 'verdict', findings = r.value -> 'findings'
  from jsonb_array_elements(p_reports) r
  where p.tenant_id = p_tenant and p.id = (r.value ->> 'photoId')::uuid;
  get diagnostics v_saved = row_count;
  if v_saved <> jsonb_array_length(p_reports) then raise exception 'no such photo' using errcode = 'PT404'; end if;
end $$;

-- Keeps the id of an image that is there for this identity, round and type. Another picture loses the old one's score.
create function public.save_test_image(
  p_id uuid, p_tenant uuid, p_identity uuid, p_round int, p_type text, p_seed bigint, p_strength int, p_object_key text,
  p_sha256 text
) returns void language sql set search_path = '' as $$
  insert into public.test_images as t (id, tenant_id, identity_id, round, type, seed, strength, object_key, sha256)
  values (p_id, p_tenant, p_identity, p_round, p_type, p_seed, p_strength, p_object_key, p_sha256)
  on conflict (tenant_id, identity_id, round, type) do update set
    seed = excluded.seed, strength = excluded.strength, object_key = excluded.object_key, sha256 = excluded.sha256,
    score = case when t.sha256 = excluded.sha256 then t.score end;
$$;

-- The scores of a round with their sum-up, all or none. p_scores: [{type, …}].
create function public.save_scores(p_tenant uuid, p_identity uuid, p_round int, p_scores jsonb, p_summary jsonb)
returns void language plpgsql set search_path = '' as $$
declare v_saved int;
begin
  update public.test_images t set score = s.value
  from jsonb_array_elements(p_scores) s
  where t.tenant_id = p_tenant and t.identity_id = p_identity and t.round = p_round and t.type = s.value ->> 'type';
  get diagnostics v_saved = row_count;
  if v_saved <> jsonb_array_length(p_scores) then raise exception 'no such test image' using errcode = 'PT404'; end if;
  update public.identities set scores = p_summary where id = p_identity and tenant_id = p_tenant;
  if not found then raise exception 'no such identity' using errcode = 'PT404'; end if;
end $$;

-- Version n of the character becomes ready: the number is given once, and the same call again answers the same one.
create function public.publish_identity(
  p_tenant uuid, p_character uuid, p_identity uuid, p_lora_sha256 text, p_test_suite text, p_scores jsonb,
  p_decision text, p_approved_by text, p_reference_strength int
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
  if v_identity.version is not null then return v_identity.version; end if;
  if v_identity.closed_at is not null then raise exception 'identity is closed' using errcode = 'P0001'; end if;
  if v_identity.lora ->> 'sha256' is distinct from p_lora_sha256 then
    raise exception 'lora differs' using errcode = 'P0001';
  end if;
  update public.characters set ready_identity_id = p_identity, last_version = last_version + 1
  where id = p_character returning last_version into v_version;
  update public.identities set
    version = v_version, stage = 'ready', lora_sha256 = p_lora_sha256, test_suite = p_test_suite, scores = p_scores,
    decision_id = p_decision, approved_by = p_approved_by, reference_strength = p_reference_strength, closed_at = now()
  where id = p_identity;
  return v_version;
end $$;

alter table public.tenants enable row level security;
alter table public.api_keys enable row level security;
alter table public.characters enable row level security;
alter table public.photos enable row level security;
alter table public.identities enable row level security;
alter table public.test_images enable row level security;
alter table public.decisions enable row level security;

revoke all on public.tenants, public.api_keys, public.characters, public.photos, public.identities, public.test_images,
  public.decisions, public.character_overview from anon, authenticated;
grant select, insert, update, delete on public.tenants, public.api_keys, public.characters, public.photos,
  public.identities, public.test_images, public.decisions to service_role;
grant select on public.character_overview to service_role;

revoke all on function public.save_photo_reports(uuid, jsonb) from public, anon, authenticated;
revoke all on function public.save_test_image(uuid, uuid, uuid, int, text, bigint, int, text, text) from public, anon, authenticated;
revoke all on function public.save_scores(uuid, uuid, int, jsonb, jsonb) from public, anon, authenticated;
revoke all on function public.publish_identity(uuid, uuid, uuid, text, text, jsonb, text, text, int) from public, anon, authenticated;
grant execute on function public.save_photo_reports(uuid, jsonb) to service_role;
grant execute on function public.save_test_image(uuid, uuid, uuid, int, text, bigint, int, text, text) to service_role;
grant execute on function public.save_scores(uuid, uuid, int, jsonb, jsonb) to service_role;
grant execute on function public.publish_identity(uuid, uuid, uuid, text, text, jsonb, text, text, int) to service_role;

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values
  ('character-references', 'character-references', false, 209715200, array['image/jpeg', 'application/zip']),
  ('character-loras', 'character-loras', false, 1073741824, array['application/octet-stream']),
  ('character-tests', 'character-tests', false, 20971520, array['image/jpeg', 'image/png'])
on conflict (id) do nothing;
