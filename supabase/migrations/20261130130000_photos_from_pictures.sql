-- Reference photos that were generated here, and the pictures of a character to choose them from.

alter table public.photos
  -- `generated`: a test image or a picture of a still. Its id stays when the picture is deleted.
  add column origin text not null default 'uploaded' check (origin in ('uploaded', 'generated')),
  add column picture_id uuid,
  add constraint photos_origin check ((origin = 'generated') = (picture_id is not null));

create index stills_cast on public.stills using gin ((manifest -> 'cast') jsonb_path_ops);

-- The pictures that show a character, newest first, behind a position: the images of its tests, unless they were removed
-- with their run, and the picture that is kept of each still with the character in it.
create function public.pictures_of_character(
  p_tenant uuid, p_character uuid, p_before timestamptz, p_before_id uuid, p_limit int
) returns table (
  id uuid, created_at timestamptz, identity_id uuid, type text, batch_id uuid, still_id uuid, number int
) language sql stable set search_path = '' as $$
  select shown.* from (
    select p.id, p.created_at, s.identity_id, p.type, null::uuid, null::uuid, null::int
    from public.identities i
    join public.picture_sets s on s.tenant_id = i.tenant_id and s.identity_id = i.id
    join public.pictures p on p.set_id = s.id
    where i.tenant_id = p_tenant and i.character_id = p_character and i.stage not in ('cancelled', 'expired')
    union all
    select p.id, p.created_at, null::uuid, null::text, s.batch_id, s.id, s.number
    from public.stills s
    join public.pictures p on p.still_id = s.id and p.number = s.best
    cross join lateral jsonb_array_elements(s.manifest -> 'cast') with ordinality as m (member, place)
    where s.tenant_id = p_tenant
      and s.manifest -> 'cast' @> jsonb_build_array(jsonb_build_object('characterId', p_character))
      and m.member ->> 'characterId' = p_character::text
      and not coalesce(
        p.checked -> 'findings' @> jsonb_build_array(
          jsonb_build_object('code', 'missing_character', 'member', m.place - 1)), false)
  ) as shown (id, created_at, identity_id, type, batch_id, still_id, number)
  where p_before is null or (shown.created_at, shown.id) < (p_before, p_before_id)
  order by shown.created_at desc, shown.id desc limit p_limit;
$$;

revoke all on function public.pictures_of_character from public, anon, authenticated;
grant execute on function public.pictures_of_character to service_role;
