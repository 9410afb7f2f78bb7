-- A round that misses the gate is tried with other strengths: one image for each, instead of one a round and type. What is
-- stored already keeps its row, its id and its file.

alter table public.test_images drop constraint test_images_tenant_id_identity_id_round_type_key;
alter table public.test_images
  add constraint test_images_one_a_strength unique (tenant_id, identity_id, round, type, strength);

-- Keeps the id of an image that is there for this identity, round, type and strength. Another picture loses the old
-- one's score.
create or replace function public.save_test_image(
  p_id uuid, p_tenant uuid, p_identity uuid, p_round int, p_type text, p_seed bigint, p_strength int, p_object_key text,
  p_sha256 text
) returns void language sql set search_path = '' as $$
  insert into public.test_images as t (id, tenant_id, identity_id, round, type, seed, strength, object_key, sha256)
  values (p_id, p_tenant, p_identity, p_round, p_type, p_seed, p_strength, p_object_key, p_sha256)
  on conflict (tenant_id, identity_id, round, type, strength) do update set
    seed = excluded.seed, object_key = excluded.object_key, sha256 = excluded.sha256,
    score = case when t.sha256 = excluded.sha256 then t.score end;
$$;

-- The scores of a set of images with their sum-up, all or none. p_scores: [{imageId, …}].
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
  update public.identities set scores = p_summary where id = p_identity and tenant_id = p_tenant;
  if not found then raise exception 'no such identity' using errcode = 'PT404'; end if;
end $$;
