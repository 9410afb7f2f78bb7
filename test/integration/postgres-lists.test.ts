// What a page of each list costs a real Postgres with many rows: as much at the end of the list as at its beginning, with
// a plan for its values and with one for any. Counted in pages of memory that it looks at, not in time.

import type { Pool } from 'pg';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBooks } from '../../adapters/supabase/books.ts';
import { encodeCursor } from '../../adapters/supabase/cursor.ts';
import { createTables } from '../../adapters/supabase/tables.ts';
import { createWebhookEndpoints } from '../../adapters/supabase/webhook-endpoints.ts';
import type { PageRequest } from '../../core/ports/page.ts';
import { identitySubject } from '../../domain/provider-call.ts';
import { noPostgresHere } from '../support/postgres/binaries.ts';
import { type ManyRows, writeManyRows } from '../support/postgres/many-rows.ts';
import type { Statement } from '../support/rest/statements.ts';
import { startTestDatabase, type TestDatabase } from '../support/rest/test-database.ts';
import { databaseOf } from '../support/supabase.ts';

const IDENTITIES = 15_000;
const LIMIT = 20;
/** Of 8 KiB. A page of 20 rows is about 80 of them where each row has three others looked up beside it. */
const MOST_BUFFERS = 200;
const CAPS = { defaultCapMicros: 1, identityCapMicros: 1 };
const PLANS = ['auto', 'force_generic_plan'] as const;

interface PlanNode {
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
}

describe.skipIf(noPostgresHere)('a page of a long list', () => {
  let database: TestDatabase;
  let pool: Pool;
  let rows: ManyRows;
  let statements: Statement[] = [];
  beforeAll(async () => {
    database = await startTestDatabase({ watch: (statement) => statements.push(statement) });
    pool = database.postgres.pool('postgres', 1);
    rows = await writeManyRows(database.postgres, IDENTITIES);
  });
  afterAll(() => database?.stop());

  const lists = (): Record<string, { table: string; ask: (page: PageRequest) => Promise<{ items: unknown[] }> }> => {
    const client = databaseOf(database);
    const [tables, books, endpoints] = [
      createTables(client),
      createBooks(client, CAPS),
      createWebhookEndpoints(client),
    ];
    const { tenantId, characterId, identityId, endpointId } = rows;
    return {
      characters: { table: 'characters', ask: (page) => tables.characters.list(tenantId, page) },
      identities: { table: 'identities', ask: (page) => tables.identities.list(tenantId, {}, page) },
      'identities of a frequent stage': {
        table: 'identities',
        ask: (page) => tables.identities.list(tenantId, { stage: 'ready' }, page),
      },
      'identities of a rare stage': {
        table: 'identities',
        ask: (page) => tables.identities.list(tenantId, { stage: 'needs_operator' }, page),
      },
      'identities of a character': {
        table: 'identities',
        ask: (page) => tables.identities.list(tenantId, { characterId }, page),
      },
      'the ledger': { table: 'provider_calls', ask: (page) => books.entries(tenantId, {}, page) },
      'the ledger, what is settled': {
        table: 'provider_calls',
        ask: (page) => books.entries(tenantId, { state: 'settled' }, page),
      },
      'the ledger, what is unclear': {
        table: 'provider_calls',
        ask: (page) => books.entries(tenantId, { state: 'unknown' }, page),
      },
      'the ledger of an identity': {
        table: 'provider_calls',
        ask: (page) => books.entries(tenantId, { subject: identitySubject(identityId) }, page),
      },
      'deliveries of an endpoint': {
        table: 'webhook_deliveries',
        ask: (page) => endpoints.deliveries(tenantId, endpointId, page),
      },
    };
  };

  /** A place near the end of the tenant's rows. */
  async function lastPage(table: string): Promise<string> {
    const { rows: found } = await pool.query<{ id: string; at: string }>(
      `select id, to_json(created_at) #>> '{}' as at from ${table} where tenant_id = $1 order by created_at, id offset $2 limit 1`,
      [rows.tenantId, LIMIT],
    );
    return encodeCursor({ createdAt: found[0]?.at ?? '', id: found[0]?.id ?? '' });
  }

  /** What the statement looks at, prepared as PostgREST prepares it. */
  async function buffersOf({ text, values }: Statement, mode: string): Promise<number> {
    const literals = values.map((value) => pg.escapeLiteral(String(value))).join(', ');
    const session = await pool.connect();
    try {
      await session.query(`set plan_cache_mode = ${mode}`);
      await session.query(`prepare page as ${text}`);
      const execute = `execute page(${literals})`;
      // From the sixth time on, `auto` may take a plan for any values.
      for (let time = 0; time < 6; time++) await session.query(execute);
      const { rows: plan } = await session.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
        `explain (analyze, buffers, format json) ${execute}`,
      );
      const top = plan[0]?.['QUERY PLAN'][0]?.Plan;
      if (!top) throw new Error('no plan');
      return top['Shared Hit Blocks'] + top['Shared Read Blocks'];
    } finally {
      await session.query('deallocate page');
      session.release();
    }
  }

  const NAMES = [
    'characters',
    'identities',
    'identities of a frequent stage',
    'identities of a rare stage',
    'identities of a character',
    'the ledger',
    'the ledger, what is settled',
    'the ledger, what is unclear',
    'the ledger of an identity',
    'deliveries of an endpoint',
  ];

  test.each(NAMES)('%s', async (name) => {
    const { [name]: list } = lists();
    if (!list) throw new Error(name);
    statements = [];
    const first = await list.ask({ limit: LIMIT });
    expect(first.items.length).toBeGreaterThan(0);
    await list.ask({ limit: LIMIT, cursor: await lastPage(list.table) });
    expect(statements).toHaveLength(2);
    for (const [at, statement] of statements.entries()) {
      for (const mode of PLANS) {
        const buffers = await buffersOf(statement, mode);
        expect(buffers, `page ${at === 0 ? 'first' : 'last'}, ${mode}`).toBeLessThan(MOST_BUFFERS);
      }
    }
  });

  test('the foreign key of a version’s identity is looked up in an index', async () => {
    const { rows: plan } = await pool.query<{ 'QUERY PLAN': string }>(
      `explain select 1 from versions where identity_id = '${rows.identityId}'`,
    );
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('versions_identity_id_key');
  });
});
