// What the key program is told, and how it shows keys.

import { describe, expect, test } from 'vitest';
import type { KeyRow } from '../../../adapters/supabase/keys.ts';
import { keyTable } from '../../../api/keys/key-table.ts';
import { readExpiry, readScopes } from '../../../api/keys/read-options.ts';

const NOW = Date.parse('2026-11-22T09:00:00.000Z');

describe('a new key', () => {
  test('may do everything but what operators do, unless its scopes are named', () => {
    expect(readScopes(undefined)).toEqual(['characters', 'identities', 'approve', 'stills', 'ledger']);
    expect(readScopes('approve, admin,approve')).toEqual(['approve', 'admin']);
    for (const wrong of ['', 'root', 'approve,', 'Approve']) expect(() => readScopes(wrong)).toThrow('characters,');
  });

  test('works for ever, or for hours or days', () => {
    expect(readExpiry(undefined, NOW)).toBeUndefined();
    expect(readExpiry('12h', NOW)).toBe('2026-11-22T21:00:00.000Z');
    expect(readExpiry('90d', NOW)).toBe('2027-02-20T09:00:00.000Z');
    for (const wrong of ['90', '0d', '-1d', '1.5h', '1y', 'soon']) expect(() => readExpiry(wrong, NOW)).toThrow('90d');
  });
});

test('the list shows what a key may do, when it was used, and whether it still works', () => {
  const key: KeyRow = {
    keyId: 'id-1',
    tenantId: 'tenant-1',
    name: 'my app',
    prefix: '0123abcd',
    scopes: ['approve'],
    createdAt: '2026-11-01T00:00:00+00:00',
    expiresAt: undefined,
    lastUsedAt: '2026-11-22T08:30:12.345+00:00',
    revokedAt: undefined,
  };
  const past = '2026-11-22T08:59:59+00:00';
  const lines = keyTable([key, { ...key, expiresAt: past }, { ...key, revokedAt: past }], NOW).split('\n');
  expect(lines[1]).toMatch(/^0123abcd {2}valid +approve +2026-11-22 08:30 +- +tenant-1 +id-1 +my app$/);
  expect(lines[2]).toContain('expired');
  expect(lines[3]).toContain('revoked');
});
