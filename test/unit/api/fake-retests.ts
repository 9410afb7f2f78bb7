// Tests on request in memory.

import { randomUUID } from 'node:crypto';
import type { RetestRow, Retests } from '../../../core/ports/retests.ts';
import { isOpenRetest } from '../../../domain/steps.ts';

/** What the photos of every identity are. */
export const REFERENCES = { photoIds: ['p1', 'p2', 'p3'].map(() => randomUUID()), heldOut: undefined };

const notAsked = async () => {
  throw new Error('the API does not write this');
};

export function createFakeRetests(): Retests & { rows: (RetestRow & { tenantId: string })[] } {
  const rows: (RetestRow & { tenantId: string })[] = [];
  const isOpen = (row: RetestRow, identityId: string) => row.identityId === identityId && isOpenRetest(row.state);
  return {
    rows,
    async open(tenantId, identityId, id, types) {
      const there = rows.find((row) => row.id === id) ?? rows.find((row) => isOpen(row, identityId));
      if (there) return { retest: there, ...REFERENCES };
      const retest: RetestRow & { tenantId: string } = {
        id,
        tenantId,
        identityId,
        number: rows.filter((row) => row.identityId === identityId).length + 1,
        types: [...types],
        strength: 70,
        state: 'running',
        scores: undefined,
        failedImages: [],
        images: [],
        unclearCalls: [],
        closeReason: undefined,
        createdAt: new Date().toISOString(),
        closedAt: undefined,
      };
      rows.push(retest);
      return { retest, ...REFERENCES };
    },
    isKnown: async (tenantId, id) => rows.some((row) => row.id === id && row.tenantId === tenantId),
    find: async (tenantId, identityId, number) =>
      rows.find((row) => row.identityId === identityId && row.tenantId === tenantId && row.number === number),
    page: async (tenantId, { state }) => ({
      items: rows.filter((row) => row.tenantId === tenantId && (!state || row.state === state)).toReversed(),
    }),
    saveState: notAsked,
    close: notAsked,
    list: async (tenantId, identityId) =>
      rows.filter((row) => row.identityId === identityId && row.tenantId === tenantId).toReversed(),
  };
}
