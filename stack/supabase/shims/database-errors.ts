// lite answers 500 "SUP" to errors of Postgres that it does not know, check violations and `raise exception` among
// them. PostgREST passes on the code, message, detail and hint, with a status from its table.

import { Hono } from 'hono';
import type { GatewayEnv } from '../gateway-env.ts';

export const databaseErrors = new Hono<GatewayEnv>().all('/*', async (c) => {
  const answer = await c.var.lite(c.req.raw);
  if (answer.status !== 500) return answer;
  const error = c.var.scope.printed.findLast(isPostgresError);
  if (!error) return answer;
  return Response.json(
    { code: error.code, message: error.message, details: error.detail ?? null, hint: error.hint ?? null },
    { status: statusOf(error.code) },
  );
});

interface PostgresError extends Error {
  code: string;
  detail?: string;
  hint?: string;
}

function isPostgresError(error: unknown): error is PostgresError {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)
  );
}

// Beginning of the SQLSTATE → status; the longest that fits counts, 400 when none does.
// Source: docs.postgrest.org/en/latest/references/errors.html, "HTTP Status Codes".
const STATUS_BY_SQLSTATE: Readonly<Record<string, number>> = {
  '08': 503,
  '09': 500,
  '0L': 403,
  '0P': 403,
  '25': 500,
  '28': 403,
  '2D': 500,
  '38': 500,
  '39': 500,
  '3B': 500,
  '40': 500,
  '53': 503,
  '53400': 500,
  '54': 500,
  '55': 500,
  '57': 500,
  '58': 500,
  F0: 500,
  HV: 500,
  P0: 500,
  P0001: 400,
  XX: 500,
  '42P17': 500,
};

function statusOf(sqlState: string): number {
  return STATUS_BY_SQLSTATE[sqlState] ?? STATUS_BY_SQLSTATE[sqlState.slice(0, 2)] ?? 400;
}
