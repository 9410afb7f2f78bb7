// lite sends the database five statements about each request, ten for a function, and PGlite takes six messages for
// every statement: two thirds of the time of a small query. One statement does the same.

import type { PgliteConnection } from '@supabase/lite/pglite';

/** lite's data of a request that it sends to the database. */
interface RequestVars {
  auth?: { role?: string; uid?: unknown; jwt?: unknown };
  storage?: { operation?: unknown };
}

interface FunctionCall {
  method: string;
  path: string;
  requestHeaders?: Record<string, string>;
}

/**
 * Replaces two methods of lite's (0.10: BasePostgresConnection) by ones that set the same settings, until the
 * transaction ends. There is only one connection, so that the driver needs no handle of it.
 */
export function joinSessionSettings(connection: PgliteConnection): void {
  async function set(settings: Record<string, string>): Promise<void> {
    const entries = Object.entries(settings);
    const calls = entries.map((_, n) => `set_config($${2 * n + 1}, $${2 * n + 2}, true)`);
    await connection.driver.query(`select ${calls.join(', ')}`, entries.flat());
  }

  async function applyJwtSessionContext(_transaction: unknown, { auth, storage }: RequestVars): Promise<void> {
    const role = auth?.role || 'anon';
    await set({
      role,
      'request.jwt.claim.sub': String(auth?.uid ?? ''),
      'request.jwt.claim.role': role,
      'storage.operation': String(storage?.operation ?? ''),
      ...(auth?.jwt && typeof auth.jwt === 'object' ? { 'request.jwt.claims': JSON.stringify(auth.jwt) } : {}),
    });
  }

  async function applyRpcRequestGucs(_transaction: unknown, call: FunctionCall): Promise<void> {
    await set({
      'response.status': '',
      'response.headers': '',
      'request.method': call.method,
      'request.path': call.path,
      'request.headers': JSON.stringify(call.requestHeaders ?? {}),
    });
  }

  for (const method of [applyJwtSessionContext, applyRpcRequestGucs]) {
    if (!(method.name in connection))
      throw new Error(`@supabase/lite has no ${method.name} any more. Look at its update.`);
    Object.defineProperty(connection, method.name, { value: method });
  }
}
