// Reading the state of open runs: GET /v1/identities/{id} against a bare query.

import { createIdentityRuns } from '../../api/temporal-runs.ts';
import { type Figure, larger } from '../figure.ts';
import { spreadOf } from '../stats.ts';
import type { ApiBench } from './caller.ts';
import { lastOf, rateOf } from './load.ts';

const ROUNDS = 3;
const READS = 100;

export async function measureReads({ caller, temporal, say }: ApiBench, identityIds: string[]): Promise<Figure[]> {
  const ids = identityIds.slice(0, READS);
  const runs = createIdentityRuns(temporal);
  const ways = {
    ours: (id: string) => caller.ask('GET', `/v1/identities/${id}`),
    bare: (id: string) => runs.state(id),
  };
  const rates: Record<keyof typeof ways, number[]> = { ours: [], bare: [] };
  for (const way of Object.values(ways)) await rateOf(ids, way);
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const name of ['bare', 'ours'] as const) rates[name].push(await rateOf(ids, ways[name]));
    say(`reads: round ${round} of ${ROUNDS}: ${lastOf(rates.ours)}/s, bare ${lastOf(rates.bare)}/s`);
  }
  return [
    larger({
      name: 'GET /v1/identities/{id}',
      unit: '1/s',
      ours: spreadOf(rates.ours),
      other: { name: 'bare query', spread: spreadOf(rates.bare) },
    }),
  ];
}
