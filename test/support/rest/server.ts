// A stand-in for PostgREST in front of a real Postgres, for supabase-js over HTTP: no registry carries PostgREST itself.
// It knows what adapters/supabase uses and keeps to what matters for locks and plans: the role `authenticator`, one READ
// COMMITTED transaction a request in which the role of the token is set, prepared statements, a small pool. It says
// nothing about PostgREST's own bugs.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { jwtVerify } from 'jose';
import type { Pool, PoolClient } from 'pg';
import { BadFilter } from './filters.ts';
import {
  callStatement,
  deleteStatement,
  insertStatement,
  type RestRequest,
  readStatement,
  type Signature,
  type Statement,
  updateStatement,
} from './statements.ts';

export interface RestServer {
  url: string;
  stop(): Promise<void>;
}

interface Answer {
  body: string | null;
  rows: number;
  total: string | null;
}

/** An answer that is an error, as PostgREST words it. */
class Refusal extends Error {
  readonly status: number;
  readonly body: { code: string; message: string; details: string | null; hint: string | null };
  constructor(
    status: number,
    code: string,
    message: string,
    details: string | null = null,
    hint: string | null = null,
  ) {
    super(message);
    this.status = status;
    this.body = { code, message, details, hint };
  }
}

const STATEMENTS = {
  GET: readStatement,
  HEAD: readStatement,
  POST: insertStatement,
  PATCH: updateStatement,
  DELETE: deleteStatement,
};
const OBJECT = 'application/vnd.pgrst.object+json';

interface RestOptions {
  /** Has the role authenticator. */
  pool: Pool;
  /** Signs (HS256) the keys, which are tokens with a role. */
  jwtSecret: string;
  /** Sees what is asked of the database for reading a table. */
  watch?: ((statement: Statement) => void) | undefined;
}

export async function startRestServer({ pool, jwtSecret, watch }: RestOptions): Promise<RestServer> {
  const secret = new TextEncoder().encode(jwtSecret);
  const signatures = new Map<string, Promise<Signature | undefined>>();
  const app = new Hono();

  app.all('/rest/v1/rpc/:name', async (c) => {
    const claims = await claimsOf(c.req.raw, secret);
    const name = c.req.param('name');
    const body: unknown = await c.req.json();
    const known = signatures.get(name) ?? signatureOf(pool, name);
    signatures.set(name, known);
    const signature = await known;
    const fits =
      signature && Object.keys(body as object).every((key) => signature.arguments.some((one) => one.name === key));
    if (!fits) throw new Refusal(404, 'PGRST202', `Could not find the function public.${name} in the schema cache`);
    const answer = await inTransaction(pool, claims, callStatement(signature, body));
    if (signature.returns === 'nothing') return c.body(null, 204);
    return respond(answer, c.req.raw, 200);
  });

  app.all('/rest/v1/:table', async (c) => {
    const claims = await claimsOf(c.req.raw, secret);
    const method = c.req.method as keyof typeof STATEMENTS;
    const text = await c.req.text();
    const request: RestRequest = {
      method,
      query: new URL(c.req.url).searchParams,
      prefer: preferences(c.req.header('prefer')),
      body: text === '' ? undefined : JSON.parse(text),
    };
    const statement = STATEMENTS[method](c.req.param('table'), request);
    if (method === 'GET') watch?.(statement);
    const answer = await inTransaction(pool, claims, statement);
    if (method === 'GET' || method === 'HEAD') return respond(answer, c.req.raw, 200);
    if (request.prefer.get('return') !== 'representation') return c.body(null, method === 'POST' ? 201 : 204);
    return respond(answer, c.req.raw, method === 'POST' ? 201 : 200);
  });

  app.onError((error) => {
    const refusal = refusalOf(error);
    return Response.json(refusal.body, { status: refusal.status });
  });

  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function inTransaction(
  pool: Pool,
  claims: Record<string, unknown>,
  { text, values }: Statement,
): Promise<Answer> {
  const client: PoolClient = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin isolation level read committed');
    const settings = ['role', String(claims.role), 'request.jwt.claims', JSON.stringify(claims)];
    await client.query({
      name: 'settings',
      text: 'select set_config($1, $2, true), set_config($3, $4, true)',
      values: settings,
    });
    const name = createHash('sha1').update(text).digest('hex');
    const { rows } = await client.query<Answer>({ name, text, values });
    await client.query('commit');
    return rows[0] ?? { body: '[]', rows: 0, total: null };
  } catch (error) {
    await client.query('rollback').catch((lost: Error) => {
      broken = lost;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

function respond({ body, rows, total }: Answer, request: Request, status: number): Response {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-range': `*/${total ?? '*'}` };
  if (request.headers.get('accept')?.includes(OBJECT) && request.url.includes('/rpc/') === false) {
    if (rows !== 1) {
      const message = 'Cannot coerce the result to a single JSON object';
      throw new Refusal(406, 'PGRST116', message, `The result contains ${rows} rows`);
    }
    return new Response(JSON.stringify(JSON.parse(body ?? '[]')[0]), { status, headers });
  }
  return new Response(request.method === 'HEAD' ? null : (body ?? 'null'), { status, headers });
}

async function claimsOf(request: Request, secret: Uint8Array): Promise<Record<string, unknown>> {
  const token = request.headers.get('authorization')?.replace(/^Bearer /i, '') ?? request.headers.get('apikey') ?? '';
  try {
    return (await jwtVerify(token, secret, { algorithms: ['HS256'] })).payload;
  } catch {
    throw new Refusal(401, 'PGRST301', 'No suitable key or wrong key type');
  }
}

function preferences(header = ''): Map<string, string> {
  return new Map(header.split(',').map((part) => part.trim().split('=') as [string, string]));
}

async function signatureOf(pool: Pool, name: string): Promise<Signature | undefined> {
  const { rows } = await pool.query<{ names: string[] | null; types: string[]; returns: Signature['returns'] }>(
    `select p.proargnames as names,
       array(select format_type(t, null) from unnest(p.proargtypes) with ordinality a(t, n) order by n) as types,
       case when p.proretset and t.typtype = 'c' then 'rows' when p.proretset then 'values' when p.prorettype = 'void'::regtype then 'nothing' else 'value' end as returns
     from pg_proc p join pg_type t on t.oid = p.prorettype where p.pronamespace = 'public'::regnamespace and p.proname = $1`,
    [name],
  );
  const [found] = rows;
  if (!found) return undefined;
  const { names, types, returns } = found;
  return { name, returns, arguments: types.map((type, at) => ({ name: names?.[at] ?? '', type })) };
}

/** Source: docs.postgrest.org, "Errors", "HTTP Status Codes". */
const STATUS_BY_SQLSTATE: Readonly<Record<string, number>> = {
  '08': 503,
  '23503': 409,
  '23505': 409,
  '40': 500,
  '42501': 403,
  '42P01': 404,
  '42883': 404,
  '53': 503,
  '55': 500,
  '57': 500,
  P0: 500,
  P0001: 400,
  XX: 500,
};

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof BadFilter) return new Refusal(400, 'PGRST100', `"failed to parse filter (${error.message})"`);
  const {
    code = '',
    message,
    detail = null,
    hint = null,
  } = error as { [key in 'code' | 'detail' | 'hint']?: string } & Error;
  if (/^PT\d{3}$/.test(code)) return new Refusal(Number(code.slice(2)), code, message, detail, hint);
  if (/^[0-9A-Z]{5}$/.test(code)) {
    const status = STATUS_BY_SQLSTATE[code] ?? STATUS_BY_SQLSTATE[code.slice(0, 2)] ?? 400;
    return new Refusal(status, code, message, detail, hint);
  }
  return new Refusal(503, 'PGRST001', 'Database client error. Retrying the connection.', message);
}
