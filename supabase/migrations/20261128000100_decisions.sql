-- A decision is one for its round and its id: the same id in another round is another decision. And a version names the
-- approval that it comes from by both.

alter table public.decisions drop constraint decisions_pkey;
alter table public.decisions add primary key (tenant_id, identity_id, round, id);

-- The round of the decision that was published; null until then, and where the approval was never written down.
alter table public.identities add column decision_round int;
update public.identities i set decision_round = d.round
from public.decisions d
where d.tenant_id = i.tenant_id and d.identity_id = i.id and d.id = i.decision_id and d.verdict = 'approve';

-- Version n of the character becomes ready: the number is given once, and the same call again answers the same one.
drop function public.publish_identity(uuid, uuid, uuid, text, text, jsonb, text, text, int);
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
  if v_identity.version is not null then return v_identity.version; end if;
  if v_identity.closed_at is not null then raise exception 'identity is closed' using errcode = 'P0001'; end if;
  if v_identity.lora ->> 'sha256' is distinct from p_lora_sha256 then
    raise exception 'lora differs' using errcode = 'P0001';
  end if;
  update public.characters set ready_identity_id = p_identity, last_version = last_version + 1
  where id = p_character returning last_version into v_version;
  update public.identities set
    version = v_version, stage = 'ready', lora_sha256 = p_lora_sha256, test_suite = p_test_suite, scores = p_scores,
    decision_round = p_decision_round, decision_id = p_decision, approved_by = p_approved_by,
    reference_strength = p_reference_strength, closed_at = now()
  where id = p_identity;
  return v_version;
end $$;
revoke all on function public.publish_identity(uuid, uuid, uuid, text, text, jsonb, int, text, text, int) from public, anon, authenticated;
grant execute on function public.publish_identity(uuid, uuid, uuid, text, text, jsonb, int, text, text, int) to service_role;
