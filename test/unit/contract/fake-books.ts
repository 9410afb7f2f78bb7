// The fake of the ledger, with tenants and identities that are really there or not.

import { randomUUID } from 'node:crypto';
import type { Caps } from '../../../core/ports/books.ts';
import type { BudgetsUnderTest } from '../../contract/budgets.ts';
import type { Payer } from '../../contract/ledger.ts';
import { createFakeLedger } from '../../support/fake-ledger.ts';

export function fakeBooks(caps: Caps): BudgetsUnderTest<Payer> {
  const tenantOf = new Map<string, string>();
  const ledger = createFakeLedger({
    caps,
    isTenant: (tenantId) => [...tenantOf.values()].includes(tenantId),
    isIdentity: (tenantId, identityId) => tenantOf.get(identityId) === tenantId,
  });
  function newIdentity(tenantId: string): Payer {
    const identityId = randomUUID();
    tenantOf.set(identityId, tenantId);
    return { tenantId, identityId };
  }
  return {
    ledger,
    books: ledger.books,
    newCast: async () => newIdentity(randomUUID()),
    sibling: async ({ tenantId }) => newIdentity(tenantId),
    moveToJanuary: async ({ key }) => void Object.assign(ledger.row(key), { month: '2026-01' }),
    async spentInJanuary(tenantId) {
      const { items } = await ledger.books.entries(tenantId, {}, { limit: 100 });
      const old = items.filter(({ month }) => month === '2026-01');
      const isOpen = (state: string) => ['intent', 'unknown', 'submitted'].includes(state);
      return {
        reserved: old.reduce((sum, { state, estimate }) => sum + (isOpen(state) ? estimate : 0), 0),
        charged: old.reduce((sum, { charged }) => sum + (charged ?? 0), 0),
      };
    },
  };
}
