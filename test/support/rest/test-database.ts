// supabase-js on a real Postgres: the server, the stand-in for PostgREST in front of it, and keys. There is no storage.

import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Pool } from 'pg';
import { startTestPostgres, type TestPostgres } from '../postgres/server.ts';
import { type TestSupabase, testClient } from '../supabase.ts';
import { startRestServer } from './server.ts';
import type { Statement } from './statements.ts';

export interface TestDatabase extends TestSupabase {
  postgres: TestPostgres;
}

interface DatabaseOptions {
  /** That PostgREST holds: 10 in a hosted project of the smallest size. */
  connections?: number;
  watch?: (statement: Statement) => void;
}

export async function startTestDatabase({ connections = 10, watch }: DatabaseOptions = {}): Promise<TestDatabase> {
  const postgres = await startTestPostgres();
  const served = await serveDatabase(postgres.pool('authenticator', connections), watch);
  return {
    ...served,
    postgres,
    client: testClient(served.url, served.secretKey),
    async stop() {
      await served.stop();
      await postgres.stop();
    },
  };
}

/** The stand-in for PostgREST in front of one database, with keys of its own. The pool, of the role authenticator, ends with it. */
export async function serveDatabase(pool: Pool, watch?: DatabaseOptions['watch']) {
  const jwtSecret = randomBytes(32).toString('base64url');
  const rest = await startRestServer({ pool, jwtSecret, watch });
  return {
    url: rest.url,
    jwtSecret,
    secretKey: await keyOf('service_role', jwtSecret),
    publishableKey: await keyOf('anon', jwtSecret),
    async stop() {
      await rest.stop();
      await pool.end();
    },
  };
}

function keyOf(role: string, jwtSecret: string): Promise<string> {
  const token = new SignJWT({ role }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt();
  return token.sign(new TextEncoder().encode(jwtSecret));
}
