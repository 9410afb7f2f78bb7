-- What a character is, its kind and class noun, and what an identity was begun as: captions and prompts name it by its
-- trigger word and the noun.

-- Which nouns there are is the application's to say; here a noun is a few plain words at most, because prompts are made of it.
alter table public.characters
  add column subject_kind text not null default 'human'
    constraint characters_subject_kind check (subject_kind in ('human', 'stylised', 'creature', 'object')),
  add column subject_noun text not null default 'person'
    constraint characters_subject_noun check (subject_noun ~ '^[a-z]+( [a-z]+){0,2}$' and char_length(subject_noun) <= 40);

-- Fixed at the start. Null for identities that were begun before there were nouns: they stay of suite-1.
alter table public.identities
  add column subject_kind text,
  add column subject_noun text,
  add constraint identities_subject check ((subject_kind is null) = (subject_noun is null));

-- As before, with the subject of the character, and with what its ready identity was begun as.
create or replace view public.character_overview with (security_invoker = true) as
  select
    c.id, c.tenant_id, c.name, c.created_at,
    r.id as ready_id, r.version as ready_version, r.lora as ready_lora, r.lora_sha256 as ready_lora_sha256,
    r.reference_strength as ready_reference_strength,
    n.id as newest_id, n.stage as newest_stage,
    c.subject_kind, c.subject_noun,
    r.subject_kind as ready_subject_kind, r.subject_noun as ready_subject_noun, r.test_suite as ready_test_suite
  from public.characters c
  left join public.identities r on r.id = c.ready_identity_id
  left join lateral (
    select i.id, i.stage from public.identities i where i.character_id = c.id
    order by i.created_at desc, i.id desc limit 1
  ) n on true;

-- As before; a new identity gets the subject that its character has now. The lock on the character keeps set_subject from
-- changing it before the identity is there to be seen.
create or replace function public.open_identity(
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
  insert into public.identities (
    id, tenant_id, character_id, request_hash, photo_ids, start_strength, reference_strength, training_steps,
    subject_kind, subject_noun
  )
  select p_id, p_tenant, c.id, p_request_hash, p_photos, p_strength, p_strength, p_steps, c.subject_kind, c.subject_noun
  from public.characters c where c.id = p_character and c.tenant_id = p_tenant for share of c
  returning * into v_identity;
  if not found then raise exception 'no such character' using errcode = 'PT404'; end if;
  return jsonb_build_object('identity', to_jsonb(v_identity), 'created', true);
end $$;

-- What the character is from now on. False, and nothing changed, while an identity of it is open that was begun as something
-- else; null when the tenant has no such character.
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

revoke all on function public.set_subject(uuid, uuid, text, text) from public, anon, authenticated;
grant execute on function public.set_subject(uuid, uuid, text, text) to service_role;
