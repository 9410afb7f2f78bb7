// A tenant with many rows, and another one beside it with a third as many, written by the database itself.

import type { PoolClient } from 'pg';
import type { TestPostgres } from './server.ts';

export interface ManyRows {
  tenantId: string;
  characterId: string;
  identityId: string;
  endpointId: string;
}

/** `count` identities, each with a character and three paid calls, and as many webhook deliveries. */
export async function writeManyRows(postgres: TestPostgres, count: number): Promise<ManyRows> {
  const session = await postgres.pool('supabase_admin', 1).connect();
  try {
    // Without a look-up for every foreign key.
    await session.query('set session_replication_role = replica');
    const rows = await writeTenant(session, count);
    await writeTenant(session, Math.ceil(count / 3));
    await session.query('vacuum analyze');
    return rows;
  } finally {
    session.release(true);
  }
}

async function writeTenant(pool: PoolClient, count: number): Promise<ManyRows> {
  const one = async (sql: string, ...values: unknown[]): Promise<string> =>
    (await pool.query<{ id: string }>(sql, values)).rows[0]?.id ?? '';
  const tenantId = await one("insert into tenants (name) values ('many') returning id");
  const values = [tenantId, count];
  // A second apart, the newest now.
  await pool.query(
    `insert into characters (tenant_id, name, created_at)
     select $1, 'Ada ' || n, now() - n * interval '1 second' from generate_series(1, $2::int) n`,
    values,
  );
  await pool.query(
    `insert into identities (id, tenant_id, character_id, stage, request_hash, photo_ids, start_strength,
       reference_strength, training_steps, trainer, generator, created_at, closed_at)
     select gen_random_uuid(), $1, c.id, case when n % 1000 = 0 then 'needs_operator' when n % 3 = 0 then 'failed' else 'ready' end,
       repeat('a', 64), '{}', 80, 80, 1000, 'fal/flux-lora-fast-training@1', 'fal/flux-lora@1', c.created_at, now()
     from (select id, created_at, row_number() over (order by created_at desc) as n from characters where tenant_id = $1) c
     where n <= $2::int`,
    values,
  );
  await pool.query(
    `insert into versions (tenant_id, character_id, number, identity_id, state, lora_sha256, strength, test_suite, scores,
       trainer, generator, decision_round, decision_id, approved_by, state_changed_by)
     select $1, i.character_id, 1, i.id, 'current', repeat('a', 64), 80, 'suite-2', '{}', 't', 'g', 1, 'd', 'k', 'k'
     from identities i where i.tenant_id = $1 and i.stage = 'ready'`,
    [tenantId],
  );
  await pool.query(
    `insert into provider_calls (key, tenant_id, subject_kind, subject_id, profile, endpoint, workflow_id, state, request_id, token, month,
       estimate_micros, charged_micros, created_at)
     select i.id || '/test/' || k, $1, 'identity', i.id, 'fal/flux-lora@1', 'e', 'identity/' || i.id, case when k = 1 and i.stage = 'needs_operator' then 'unknown' else 'settled' end,
       i.id || '-' || k, i.id || '-' || k, '2026-11-01', 35000,
       case when k = 1 and i.stage = 'needs_operator' then null else 35000 end, i.created_at + k * interval '1 millisecond'
     from identities i cross join generate_series(1, 3) k where i.tenant_id = $1`,
    [tenantId],
  );
  const endpointId = await one(
    "insert into webhook_endpoints (tenant_id, url, secret, events) values ($1, 'https://a.example', 's', '{identity.ready}') returning id",
    tenantId,
  );
  await pool.query(
    `insert into webhook_deliveries (tenant_id, endpoint_id, event, occasion, data, state, created_at)
     select $1, $3, 'identity.ready', n::text, '{}', 'delivered', now() - n * interval '1 second' from generate_series(1, $2::int) n`,
    [...values, endpointId],
  );
  const oldest = 'from identities where tenant_id = $1 order by created_at limit 1';
  return {
    tenantId,
    endpointId,
    identityId: await one(`select id ${oldest}`, tenantId),
    characterId: await one(`select character_id as id ${oldest}`, tenantId),
  };
}
