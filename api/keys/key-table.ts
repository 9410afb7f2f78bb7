import type { KeyRow } from '../../adapters/supabase/keys.ts';

const HEAD = ['PREFIX', 'STATE', 'SCOPES', 'LAST USED', 'EXPIRES', 'TENANT', 'ID', 'NAME'];
const GAP = '  ';
const NEVER = '-';
/** Of an ISO time: the day and the minute. */
const MINUTE = 16;

/** The keys as lines of text, in columns. */
export function keyTable(keys: readonly KeyRow[], nowMs: number): string {
  const rows = [HEAD, ...keys.map((key) => cells(key, nowMs))];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(GAP);
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

function cells(key: KeyRow, nowMs: number): string[] {
  const { prefix, scopes, lastUsedAt, expiresAt, tenantId, keyId, name } = key;
  return [prefix, stateOf(key, nowMs), scopes.join(','), minute(lastUsedAt), minute(expiresAt), tenantId, keyId, name];
}

function stateOf({ revokedAt, expiresAt }: KeyRow, nowMs: number): string {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt !== undefined && Date.parse(expiresAt) <= nowMs ? 'expired' : 'valid';
}

function minute(time: string | undefined): string {
  return time === undefined ? NEVER : new Date(time).toISOString().slice(0, MINUTE).replace('T', ' ');
}
