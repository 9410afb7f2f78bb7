-- Characters with their subject, their photos, and the buckets of all files.

create table public.characters (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  -- Captions and prompts name a character by its trigger word and its class noun.
  subject_kind text not null default 'human'
    constraint characters_subject_kind check (subject_kind in ('human', 'stylised', 'creature', 'object')),
  -- The application has the list of nouns. Here a noun is a few plain words, because it becomes part of prompts.
  subject_noun text not null default 'person'
    constraint characters_subject_noun check (subject_noun ~ '^[a-z]+( [a-z]+){0,2}$' and char_length(subject_noun) <= 40),
  created_at timestamptz not null default now(),
  unique (tenant_id, id)
);
create index characters_tenant on public.characters (tenant_id, created_at desc, id desc);

create table public.photos (
  id uuid primary key,
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  character_id uuid not null,
  object_key text not null,
  -- Of the uploaded file, so that a second upload of it is recognised.
  source_sha256 text not null,
  width int not null,
  height int not null,
  verdict text not null check (verdict in ('accepted', 'warned', 'rejected')),
  -- [{code, severity, message, value?, limit?, otherPhotoId?, turnBy?}]
  findings jsonb not null default '[]'::jsonb,
  created_at timestamptz not null default now(),
  foreign key (tenant_id, character_id) references public.characters (tenant_id, id) on delete cascade
);
create index photos_character on public.photos (tenant_id, character_id, created_at, id);

-- Saves the reports of several photos, all or none. p_reports: [{photoId, verdict, findings}].
create function public.save_photo_reports(p_tenant uuid, p_reports jsonb) returns void language plpgsql set search_path = '' as $$
declare v_saved int;
begin
  -- The photos are locked in the order of their ids first. Two callers with the same photos in another order then wait
  -- for each other instead of ending in a deadlock.
  perform 1 from public.photos p where p.tenant_id = p_tenant
    and p.id in (select (r.value ->> 'photoId')::uuid from jsonb_array_elements(p_reports) r)
    order by p.id for no key update;
  update public.photos p set verdict = r.value ->> 'verdict', findings = r.value -> 'findings'
  from jsonb_array_elements(p_reports) r
  where p.tenant_id = p_tenant and p.id = (r.value ->> 'photoId')::uuid;
  get diagnostics v_saved = row_count;
  if v_saved <> jsonb_array_length(p_reports) then raise exception 'no such photo' using errcode = 'PT404'; end if;
end $$;

-- Changes the subject. False, and nothing changed, while an identity of the character with another subject is open.
-- Null when the tenant has no such character.
create function public.set_subject(p_tenant uuid, p_character uuid, p_kind text, p_noun text) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform 1 from public.characters where id = p_character and tenant_id = p_tenant for no key update;
  if not found then return null; end if;
  if exists (
    select 1 from public.identities i where i.character_id = p_character and i.closed_at is null
      and (i.subject_kind, i.subject_noun) is distinct from (p_kind, p_noun)
  ) then return false; end if;
  update public.characters set subject_kind = p_kind, subject_noun = p_noun where id = p_character;
  return true;
end $$;

alter table public.characters enable row level security;
alter table public.photos enable row level security;
revoke all on public.characters, public.photos from anon, authenticated;
grant select, insert, update, delete on public.characters, public.photos to service_role;
revoke all on function public.save_photo_reports, public.set_subject from public, anon, authenticated;
grant execute on function public.save_photo_reports, public.set_subject to service_role;

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values
  ('character-references', 'character-references', false, 209715200, array['image/jpeg', 'application/zip']),
  ('character-loras', 'character-loras', false, 1073741824, array['application/octet-stream']),
  ('character-tests', 'character-tests', false, 20971520, array['image/jpeg', 'image/png']),
  ('stills', 'stills', false, 41943040, array['image/png'])
on conflict (id) do nothing;
