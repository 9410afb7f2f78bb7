// The locks of paid requests and of what they take of each month's budget.

import { randomUUID } from 'node:crypto';
import { createBooks } from '../../adapters/supabase/books.ts';
import { createLedger } from '../../adapters/supabase/ledger.ts';
import type { NewCall } from '../../core/ports/ledger.ts';
import type { ProviderCall } from '../../domain/provider-call.ts';
import { type Cast, newCast } from '../support/cast.ts';
import { refusals, values } from '../support/hammer.ts';
import { identityCall } from '../support/new-call.ts';
import { type Arena, CALLERS, jobs, type Race } from './race.ts';

const CENT = 10_000;
/** How many calls of a cent one identity may make. */
const FITS = 5;

const ledgerOf = ({ client }: Arena, identityCapMicros = 1e12) =>
  createLedger(client, { defaultCapMicros: 1e12, identityCapMicros });

const call = (cast: Cast, key: string = randomUUID()): NewCall => identityCall(cast, { key, estimate: CENT });

const posted = (opened: PromiseSettledResult<unknown>[]): number =>
  values(opened).filter((answer) => (answer as { mayPost: boolean }).mayPost).length;

/** As many open calls of one identity as there are callers. */
async function openCalls(arena: Arena): Promise<ProviderCall[]> {
  const cast = await newCast(arena.client);
  const calls: ProviderCall[] = [];
  for (let n = 0; n < CALLERS; n++) calls.push((await ledgerOf(arena).open(call(cast))).call);
  return calls;
}

export const LEDGER_RACES: Race[] = [
  {
    promise: 'an identity costs no more than it may',
    locks: ['open_provider_call: tenants for no key update'],
    gate: { table: 'provider_calls', before: 'insert', each: 'statement' },
    async run(arena) {
      const cast = await newCast(arena.client);
      const ledger = ledgerOf(arena, FITS * CENT);
      return posted(await arena.race(jobs(CALLERS, () => ledger.open(call(cast)))));
    },
    holds: FITS,
    broken: CALLERS,
  },
  {
    promise: 'one key is one call, whoever opens it',
    locks: ['provider_calls: key unique'],
    gate: { table: 'provider_calls', before: 'insert', each: 'statement' },
    async run(arena) {
      const casts = await Promise.all(jobs(CALLERS, () => newCast(arena.client)).map((make) => make()));
      const ledger = ledgerOf(arena);
      return posted(await arena.race(casts.map((cast) => () => ledger.open(call(cast, 'one')))));
    },
    holds: 1,
    broken: CALLERS,
  },
  {
    promise: 'every call of a month draws on one budget',
    locks: ['open_provider_call: budgets on conflict (tenant_id, month)'],
    gate: { table: 'budgets', before: 'insert', each: 'row' },
    async run(arena) {
      const cast = await newCast(arena.client);
      return refusals(await arena.race(jobs(CALLERS, () => ledgerOf(arena).open(call(cast)))));
    },
    holds: {},
    broken: { Internal: CALLERS - 1 },
  },
  {
    promise: 'a call that is settled by many is charged once',
    locks: ['move_provider_call: provider_calls for update'],
    gate: { table: 'provider_calls', before: 'update', each: 'statement' },
    async run(arena) {
      const [settled] = await openCalls(arena);
      if (!settled) throw new Error('no call');
      const ledger = ledgerOf(arena);
      await ledger.submitted(settled, 'request');
      await arena.race(jobs(CALLERS, () => ledger.settled(settled, CENT, {})));
      const books = createBooks(arena.client, { defaultCapMicros: 1, identityCapMicros: 1 });
      const { reserved, charged } = await books.budget(settled.tenantId);
      return { reserved, charged };
    },
    holds: { reserved: (CALLERS - 1) * CENT, charged: CENT },
    broken: { reserved: 0, charged: CALLERS * CENT },
  },
  {
    promise: 'one request of the provider is one call',
    locks: ['migration: provider_calls unique index provider_calls_request'],
    gate: { table: 'provider_calls', before: 'update', each: 'statement' },
    async run(arena) {
      const calls = await openCalls(arena);
      return values(await arena.race(calls.map((one) => () => ledgerOf(arena).submitted(one, 'request')))).length;
    },
    holds: 1,
    broken: CALLERS,
  },
];
