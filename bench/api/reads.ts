// Reading the state of open runs: GET /v1/identities/{id} against a bare query. Runs that somebody watches, each read about
// once a second; and beside them runs that are read for the first time.

import { createIdentityRuns } from '../../adapters/temporal/identity-runs.ts';
import { type Figure, larger } from '../figure.ts';
import { spreadOf } from '../stats.ts';
import type { ApiBench } from './caller.ts';
import { lastOf, rateOf } from './load.ts';

const ROUNDS = 6;
const WATCHED = 100;
/** How often each of them is read in a round. */
const TIMES = 5;
const NEW_A_ROUND = 60;

export async function measureReads({ caller, temporal, say }: ApiBench, identityIds: string[]): Promise<Figure[]> {
  const watched = Array.from({ length: TIMES }, () => identityIds.slice(0, WATCHED)).flat();
  const others = identityIds.slice(WATCHED);
  const runs = createIdentityRuns(temporal);
  const read = (id: string) => caller.ask('GET', `/v1/identities/${id}`);
  const query = (id: string) => runs.state(id);
  const rates: Record<'bare' | 'ours' | 'first', number[]> = { bare: [], ours: [], first: [] };
  for (const way of [query, read]) await rateOf(watched, way);
  for (let round = 1; round <= ROUNDS; round += 1) {
    rates.bare.push(await rateOf(watched, query));
    rates.ours.push(await rateOf(watched, read));
    rates.first.push(await rateOf(others.splice(0, NEW_A_ROUND), read));
    const [ours, first, bare] = [rates.ours, rates.first, rates.bare].map(lastOf);
    say(`reads: round ${round} of ${ROUNDS}: ${ours}/s, ${first}/s the first time, bare ${bare}/s`);
  }
  const figure = (name: string, ours: number[], aim?: string): Figure =>
    larger({
      name,
      unit: '1/s',
      ours: spreadOf(ours),
      other: { name: 'bare query', spread: spreadOf(rates.bare) },
      ...(aim && { aim }),
    });
  return [
    figure('GET /v1/identities/{id} of a run that is watched', rates.ours, 'at least 0.7 times'),
    figure('the same, read for the first time', rates.first),
  ];
}
