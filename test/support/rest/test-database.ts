// supabase-js on a real Postgres: the server, the stand-in for PostgREST in front of it, and keys. There is no storage.

import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
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
  const jwtSecret = randomBytes(32).toString('base64url');
  const rest = await startRestServer({ pool: postgres.pool('authenticator', connections), jwtSecret, watch });
  const secretKey = await keyOf('service_role', jwtSecret);
  return {
    postgres,
    url: rest.url,
    jwtSecret,
    secretKey,
    publishableKey: await keyOf('anon', jwtSecret),
    client: testClient(rest.url, secretKey),
    async stop() {
      await rest.stop();
      await postgres.stop();
    },
  };
}

function keyOf(role: string, jwtSecret: string): Promise<string> {
  const token = new SignJWT({ role }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt();
  return token.sign(new TextEncoder().encode(jwtSecret));
}
