// Reading the state of open runs: GET /v1/identities/{id} against a bare query.

import { setTimeout as sleep } from 'node:timers/promises';
import type { IdentityRuns } from '../../api/ports.ts';
import { RunError } from '../../api/run-error.ts';
import { createIdentityRuns } from '../../api/temporal-runs.ts';
import { type Figure, larger } from '../figure.ts';
import { spreadOf } from '../stats.ts';
import type { ApiBench } from './caller.ts';
import { lastOf, rateOf } from './load.ts';

const ROUNDS = 3;
const READS = 100;
const PAUSE_MS = 200;
const WORKED_OFF_WITHIN_MS = 120_000;

export async function measureReads({ caller, temporal, say }: ApiBench, identityIds: string[]): Promise<Figure[]> {
  const ids = identityIds.slice(0, READS);
  const runs = createIdentityRuns(temporal);
  const ways = {
    ours: (id: string) => caller.ask('GET', `/v1/identities/${id}`),
    bare: (id: string) => runs.state(id),
  };
  const rates: Record<keyof typeof ways, number[]> = { ours: [], bare: [] };
  await workedOff(runs, identityIds);
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

/** All runs have begun, so that the worker has nothing to do but answer: hundreds were started a moment ago. */
async function workedOff(runs: IdentityRuns, identityIds: string[]): Promise<void> {
  const until = Date.now() + WORKED_OFF_WITHIN_MS;
  for (const id of identityIds) {
    while (!(await answers(runs, id))) {
      if (Date.now() > until) throw new Error('The worker did not work off the runs that were started.');
      await sleep(PAUSE_MS);
    }
  }
}

async function answers(runs: IdentityRuns, identityId: string): Promise<boolean> {
  try {
    return (await runs.state(identityId)).identityId === identityId;
  } catch (error) {
    if (error instanceof RunError && error.trouble === 'no_worker') return false;
    throw error;
  }
}
