// A database in which two callers meet where a test wants them to: a gate, which a test closes before it calls and opens
// when every caller has come to rest, stands before the writes to one table. So no race depends on luck.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Supabase } from '../../../adapters/supabase/client.ts';
import { serveDatabase } from '../rest/test-database.ts';
import { databaseOf } from '../supabase.ts';
import type { TestPostgres } from './server.ts';

/** As many as call at once in any race. */
export const CALLERS = 20;
/** The key of the advisory lock that is the gate. */
const GATE = 20_261_129;
const REST_MS = 60_000;
const POLL_MS = 10;

export interface Gate {
  table: string;
  before: 'insert' | 'update';
  /** `row`: each caller holds the row that it is about to write. `statement`: nothing is held yet. */
  each: 'row' | 'statement';
}

interface ArenaOptions {
  gate?: Gate;
  /** Of the planner, for every caller: `enable_hashjoin = off`. */
  settings?: readonly string[];
}

type Job = () => Promise<unknown>;

export interface Arena {
  client: Supabase;
  /**
   * Closes the gate, has the jobs of each stage called at once, each stage when all before it are done or wait for a lock,
   * and opens the gate when all are. What came of each, in order.
   */
  race(...stages: Job[][]): Promise<PromiseSettledResult<unknown>[]>;
  stop(): Promise<void>;
}

/** A new database of these migrations, with `CALLERS` connections for its callers. */
export async function openArena(
  postgres: TestPostgres,
  name: string,
  migrations: readonly string[],
  { gate, settings = [] }: ArenaOptions,
): Promise<Arena> {
  await postgres.createEmptyDatabase(name);
  const owner = postgres.pool('postgres', 1, name);
  for (const text of migrations) await owner.query(text);
  await owner.end();
  const superuser = postgres.pool('supabase_admin', 1, name);
  // Whoever waits at the gate waits as long as the test takes; a deadlock is noticed at once.
  await superuser.query(`alter role authenticator in database ${name} set lock_timeout = 0`);
  await superuser.query(`alter role authenticator in database ${name} set statement_timeout = 0`);
  await superuser.query(`alter database ${name} set deadlock_timeout = '100ms'`);
  for (const setting of settings) await superuser.query(`alter database ${name} set ${setting}`);
  if (gate) await superuser.query(gateSql(gate));
  const server = await serveDatabase(postgres.pool('authenticator', CALLERS, name));

  /** How many wait for a lock that somebody else holds. Whoever was given it in this moment does not count any more. */
  async function waiting(): Promise<number> {
    const { rows } = await superuser.query<{ count: number }>(
      `select count(*)::int from pg_stat_activity
       where datname = current_database() and usename = 'authenticator' and cardinality(pg_blocking_pids(pid)) > 0`,
    );
    return rows[0]?.count ?? 0;
  }

  return {
    client: databaseOf(server),
    async race(...stages) {
      const called: Promise<unknown>[] = [];
      let ended = 0;
      await superuser.query('select pg_advisory_lock($1)', [GATE]);
      try {
        const deadline = Date.now() + REST_MS;
        for (const jobs of stages) {
          for (const job of jobs) {
            const call = job();
            const end = () => {
              ended += 1;
            };
            call.then(end, end);
            called.push(call);
          }
          while (ended + (await waiting()) < called.length) {
            if (Date.now() > deadline) throw new Error(`Only ${ended} of ${called.length} callers came to rest.`);
            await sleep(POLL_MS);
          }
        }
      } finally {
        await superuser.query('select pg_advisory_unlock($1)', [GATE]);
      }
      return Promise.allSettled(called);
    },
    async stop() {
      await server.stop();
      await superuser.end();
    },
  };
}

const gateSql = ({ table, before, each }: Gate): string => `
create function public.test_gate() returns trigger language plpgsql as $$
begin perform pg_advisory_xact_lock_shared(${GATE}); return new; end $$;
create trigger test_gate before ${before} on public.${table} for each ${each} execute function public.test_gate();
`;
