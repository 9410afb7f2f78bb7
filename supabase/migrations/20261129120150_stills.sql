-- Batches of stills, and the stills: what was asked for and how it ended. Their pictures are in `pictures`, their
-- payments in `provider_calls`; drawing.sql has the functions.

create table public.batches (
  -- Made from the idempotency key.
  id uuid primary key,
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  -- SHA-256 of the request. The same idempotency key with another body is a conflict.
  request_hash text not null,
  state text not null default 'running' check (state in ('running', 'waiting_for_budget', 'done', 'cancelled', 'failed')),
  -- {projectId, userId, sceneId, frameId}: the app's own names. They are answered and not used.
  context jsonb not null,
  -- [{frame, field, reason}]: what the routes could not use of the request.
  ignored jsonb not null,
  max_repairs int not null check (max_repairs >= 0),
  -- What all its stills may cost together.
  budget_micros bigint not null check (budget_micros >= 0),
  -- The stated price: without a repair, and with all of them.
  lowest_micros bigint not null,
  highest_micros bigint not null,
  -- Rises with every change of the batch or of one of its stills.
  revision bigint not null default 1,
  close_reason text,
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  unique (tenant_id, id),
  constraint batches_end check ((closed_at is null) = (state in ('running', 'waiting_for_budget')))
);
create index batches_tenant on public.batches (tenant_id, created_at desc, id desc);
-- Whole, and not partial on the value, like identities_tenant_stage.
create index batches_tenant_state on public.batches (tenant_id, state, created_at desc, id desc);
create index batches_open on public.batches (id) where closed_at is null;

create table public.stills (
  id uuid primary key,
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  batch_id uuid not null,
  -- Counts the stills of the batch from 1.
  number int not null check (number > 0),
  -- The index of its frame in the request, and the app's own name of the frame.
  frame int not null check (frame >= 0),
  frame_id text,
  -- Counts the variants of a frame from 1.
  variant int not null check (variant > 0),
  state text not null default 'queued' check (state in (
    'queued', 'drawing', 'checking', 'repairing', 'passed', 'flagged', 'failed', 'refused', 'cancelled')),
  -- {route, cast: [{characterId, identityId, version, …}], prompts, size, references}: frozen at the start.
  manifest jsonb not null,
  seed bigint not null,
  lowest_micros bigint not null,
  highest_micros bigint not null,
  -- The highest price of everything that was asked for: people may ask for further passes.
  cap_micros bigint not null,
  repairs int not null default 0,
  -- The number of the picture that is kept.
  best int,
  -- How many further passes people asked for; the id and the kind of the newest.
  again int not null default 0,
  again_id uuid,
  again_kind text check (again_kind in ('repair', 'redraw')),
  -- {by, reason, at}: a person accepted it in spite of its findings.
  accepted jsonb,
  close_reason text,
  -- The revision of the batch when this still changed last.
  revision bigint not null default 1,
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  unique (tenant_id, id),
  unique (batch_id, number),
  constraint stills_end check ((closed_at is null) = (state in ('queued', 'drawing', 'checking', 'repairing'))),
  foreign key (tenant_id, batch_id) references public.batches (tenant_id, id) on delete cascade
);
create index stills_changed on public.stills (batch_id, revision);
create index stills_open on public.stills (id) where closed_at is null;

alter table public.batches enable row level security;
alter table public.stills enable row level security;
revoke all on public.batches, public.stills from anon, authenticated;
grant select, insert, update, delete on public.batches, public.stills to service_role;
