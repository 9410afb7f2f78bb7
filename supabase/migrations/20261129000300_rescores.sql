-- Scores of an older version, made anew by a newer one from the images that are kept. They lie beside the old ones, which
-- an approval may have pinned.

create table public.rescores (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  identity_id uuid not null,
  -- The version that the new scores were made with.
  calibration text not null,
  -- [{round, strength, images: [{imageId, …}], scores: {mean, …}}]
  sets jsonb not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, identity_id, calibration),
  foreign key (tenant_id, identity_id) references public.identities (tenant_id, id) on delete cascade
);

alter table public.rescores enable row level security;
revoke all on public.rescores from anon, authenticated;
grant select, insert, update, delete on public.rescores to service_role;
