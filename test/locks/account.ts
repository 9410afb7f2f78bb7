// The locks of what is known of the provider's account.

import { createProviderAccount } from '../../adapters/supabase/provider-account.ts';
import type { Pass } from '../../core/ports/provider-account.ts';
import { refusals, values } from '../support/hammer.ts';
import { type Arena, CALLERS, jobs, type Race } from './race.ts';

/** Milliseconds: who is refused may try again at once. */
const TIMES = { first: 0, longest: 0, lease: 600_000, busy: 5_000, admin: { first: 0, longest: 0 } };

const account = ({ client }: Arena) => createProviderAccount(client, 'sandbox', TIMES);
const changed = (reports: PromiseSettledResult<unknown>[]) =>
  values(reports).filter((report) => (report as { changed: boolean }).changed).length;

export const ACCOUNT_RACES: Race[] = [
  {
    promise: 'of all who come to a locked account one may try',
    locks: ['acquire_provider: circuit_breakers for update'],
    gate: { table: 'circuit_breakers', before: 'update', each: 'statement' },
    async run(arena) {
      await account(arena).refused('402', undefined, 'balance');
      const passes = values(await arena.race(jobs(CALLERS, () => account(arena).acquire()))) as Pass[];
      return passes.filter((pass) => pass.allowed).length;
    },
    holds: 1,
    broken: CALLERS,
  },
  {
    promise: 'one of all refusals tells that the account is locked',
    locks: ['record_provider: circuit_breakers for update'],
    gate: { table: 'circuit_breakers', before: 'update', each: 'statement' },
    async run(arena) {
      await account(arena).refused('402', undefined, 'balance');
      const pass = await account(arena).acquire();
      if (pass.allowed) await account(arena).worked(pass.probe ?? '');
      return changed(await arena.race(jobs(CALLERS, () => account(arena).refused('402', undefined, 'balance'))));
    },
    holds: 1,
    broken: CALLERS,
  },
  {
    promise: 'whoever is refused first of all can say so',
    locks: ['record_provider: circuit_breakers on conflict (provider)'],
    gate: { table: 'circuit_breakers', before: 'insert', each: 'row' },
    async run(arena) {
      return refusals(await arena.race(jobs(CALLERS, () => account(arena).refused('402', undefined, 'balance'))));
    },
    holds: {},
    broken: { Internal: CALLERS - 1 },
  },
  {
    promise: 'one of all equal bills tells what a megapixel is',
    locks: ['note_megapixel: provider_megapixels on conflict (provider)'],
    gate: { table: 'provider_megapixels', before: 'insert', each: 'row' },
    async run({ client, race }) {
      const bill = { p_provider: 'sandbox' as const, p_pixels: 1_048_576 as const, p_call: 'a call' };
      const noted = values(await race(jobs(CALLERS, async () => client.rpc('note_megapixel', bill))));
      return noted.map((answer) => (answer as { data: unknown }).data).sort();
    },
    holds: [...Array(CALLERS - 1).fill(false), true],
    broken: [...Array(CALLERS - 1).fill(null), true],
  },
];
