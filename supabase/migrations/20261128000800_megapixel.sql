-- What a megapixel is to a provider, in pixels, by what it billed last. Until a bill has told it there is no row, and a
-- setting counts (LIKENESS_MEGAPIXEL). The sandbox has a row of its own, so that its bills don't correct fal's.

create table public.provider_megapixels (
  provider text primary key,
  pixels int not null check (pixels in (1000000, 1048576)),
  -- The request whose bill said so first, and when.
  call_key text not null,
  since timestamptz not null default now()
);

-- Whether this changed what is known. The same again writes nothing.
create function public.note_megapixel(p_provider text, p_pixels int, p_call text) returns boolean
language plpgsql set search_path = '' as $$
begin
  insert into public.provider_megapixels as known (provider, pixels, call_key) values (p_provider, p_pixels, p_call)
    on conflict (provider) do update set pixels = excluded.pixels, call_key = excluded.call_key, since = now()
    where known.pixels <> excluded.pixels;
  return found;
end $$;

alter table public.provider_megapixels enable row level security;
revoke all on public.provider_megapixels from anon, authenticated;
grant select, insert, update, delete on public.provider_megapixels to service_role;

revoke all on function public.note_megapixel(text, int, text) from public, anon, authenticated;
grant execute on function public.note_megapixel(text, int, text) to service_role;
